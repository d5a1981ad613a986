import { setTimeout as pause } from "node:timers/promises";
import type { Status } from "@action-collective/protocol";
import type { Peer } from "./peer.ts";

/** The few plain lines after a start: what is running, and what to type next. */
export function announceReady(
  status: Status,
  { library }: { readonly library: boolean },
  write: (text: string) => void,
): void {
  const { actions, sandbox, joining } = status;
  const walls = sandbox === null ? "none" : `Deno ${sandbox.deno}: ${sandbox.layers.join(", ")}`;
  write(`Action Collective ${status.version}, network "${status.network}"

  peer      ${status.peerId}
  home      ${status.home}
  api       ${status.api[0] ?? ""}
  network   ${status.addresses[0] ?? (status.reachability.state === "outbound-only" ? "not listening" : "listening; no address that others reach is known yet")}
            ${joining.note}
  sandbox   ${walls}
  actions   ${actions.known === 0 ? `none yet${library ? "; the starter library is being brought in" : ""}` : `${actions.known} known, ${actions.passed} verified here`}

Type next, in another terminal:
  npx collective search "multiply two matrices"
  npx collective run multiplyMatrices --input '{"a":[[1,2]],"b":[[3],[4]]}'
  npx collective score multiplyMatrices --explain
  npx collective publish ./my-action/
  npx collective open
What passed its test here and asks for nothing runs at once; anything else asks you first. Whose word counts is for
you to say: collective trust lists who was right so far. The dashboard (open) shows all of it in your browser.
Stop with Ctrl-C or: npx collective stop

`);
}

/** How often the progress of the first verification is looked at, in milliseconds. */
const LOOK_MS = 200;

/** Says once how the starter library came out, when everything that it added at this start has a verdict. */
export async function followLibrary(
  peer: Peer,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const fresh = await peer.libraryIn();
  if (fresh.length === 0 || !peer.settings.verify) return;
  const started = performance.now();
  while (!signal.aborted) {
    const standings = fresh.map((id) => peer.catalogue.actions.standing(id));
    const passed = standings.filter((standing) => standing === "passed").length;
    if (!standings.includes("pending")) {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const rest =
        passed === fresh.length ? "" : ` Not so: ${fresh.length - passed}; see \`npx collective status\`.`;
      write(
        `Starter library: ${passed} of ${fresh.length} actions proved on this machine in ${seconds} s.${rest}\n`,
      );
      return;
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
