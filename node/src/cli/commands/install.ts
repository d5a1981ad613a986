import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ActionView, CollectiveError, failures, type LockedAction } from "@action-collective/protocol";
import { type ActionClient, misstatement, readLock } from "action-collective";
import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, example } from "../command.ts";
import { type Output, oneLine, type Style } from "../output.ts";
import { shortIds } from "../short-id.ts";
import { table } from "../table.ts";
import { summaryOf } from "../verification-text.ts";
import { fileOption } from "./lock.ts";

/** A peer that was just started hears of the network's actions within seconds. */
const WAIT_SECONDS = 20;
const MOST_WAIT_SECONDS = 3_600;
const LOOK_EVERY_MS = 500;
/** One of a name that many have may not be the first of them. */
const ASKED_FOR = 20;

interface InstallFlags {
  readonly file: string;
  readonly wait: number;
  readonly again?: boolean;
  readonly ask?: boolean;
}

const UNHEARD = "this peer has not heard of it";

/** How it went with one pin. */
interface Installed {
  readonly alias: string;
  readonly id: string;
  readonly name: string;
  readonly status: "kept" | "failed" | "unproved" | "not-found" | "refused";
  /** For people: what its test found, or why it is not kept. */
  readonly why: string;
  /** Ids of what it uses, which is kept with it. */
  readonly uses: readonly string[];
  readonly withdrawn: boolean;
}

const STYLES: Readonly<Record<Installed["status"], Style>> = {
  kept: "green",
  failed: "red",
  unproved: "yellow",
  "not-found": "red",
  refused: "red",
};

export function addInstall(program: Command, { client, output, end }: CommandContext): void {
  program
    .command("install")
    .description("fetch, prove and keep here what a lock file pins, so that it runs without a network")
    .option(...fileOption)
    .option(
      "--wait <seconds>",
      "how long to wait for what this peer has not heard of yet",
      parseSeconds,
      WAIT_SECONDS,
    )
    .option("--ask", "ask connected peers, by its name, for what this peer has not heard of")
    .option("--again", "run the unit tests also of what passed here before")
    .addHelpText(
      "after",
      `\nNothing moves: each pin is an id, a hash of code and test. What is kept does not count against the peer's quota; what\nthis lock file kept before and pins no more is let go of. It ends with 6 when a test does not pass here, with 3 when\nsomething cannot be had, with 7 when your policy, or a false word in the lock file, keeps something out.\n${example("collective install", "collective install --ask --wait 120", "collective install --file agents/research.lock --json")}`,
    )
    .action(async ({ file, wait, again = false, ask = false }: InstallFlags) => {
      const { actions } = await readLock(file);
      const holder = resolve(file);
      const peer = client();
      const until = Date.now() + wait * 1_000;
      const installed: Installed[] = [];
      for (const [alias, pin] of Object.entries(actions)) {
        const outcome = await install(peer, pin, { holder, again, ask, until });
        installed.push({ alias, id: pin.id, name: pin.name, ...outcome });
      }
      const pinned = new Set(installed.map(({ id }) => id));
      const kept = (await peer.keepings()).find((one) => one.file === holder)?.actions ?? [];
      const released = kept.filter((id) => !pinned.has(id));
      for (const id of released) await peer.keep(id, { keep: false, for: holder });
      output.data({ file: holder, actions: installed, released }, () => lines(output, installed));
      note(output, installed, released.length);
      end(exitOf(installed));
    });
}

type Outcome = Pick<Installed, "status" | "why" | "uses" | "withdrawn">;

interface Wish {
  readonly holder: string;
  readonly again: boolean;
  readonly ask: boolean;
  readonly until: number;
}

async function install(client: ActionClient, pin: LockedAction, wish: Wish): Promise<Outcome> {
  let view: ActionView | undefined;
  const told = (status: Installed["status"], why: string): Outcome => ({
    status,
    why,
    uses: view?.uses ?? [],
    withdrawn: view?.withdrawn ?? false,
  });
  for (let tries = 0; ; tries++) {
    try {
      view = await client.show(pin.id);
      const wrong = misstatement(pin, view);
      if (wrong !== undefined) return told("refused", wrong);
      let why = "passed here before";
      if (wish.again || view.standing !== "passed") {
        const verification = await client.verify(pin.id);
        if (verification.outcome !== "pass")
          return told(verification.outcome === "fail" ? "failed" : "unproved", verification.reason);
        why = summaryOf(verification);
      }
      await client.keep(pin.id, { keep: true, for: wish.holder });
      return told("kept", why);
    } catch (error) {
      if (!(error instanceof CollectiveError)) throw error;
      const status = statusOf(error.code);
      if (status === undefined) throw error;
      const left = wish.until - Date.now();
      const asks = wish.ask && tries === 0 && error.code === "not-found";
      if (status !== "not-found" || (left <= 0 && !asks))
        return told(status, view === undefined && error.code === "not-found" ? UNHEARD : error.message);
      // What they bring is taken in as if gossip had brought it, whatever it has to do with the question.
      if (asks) await client.find(pin.name, { ask: true, limit: ASKED_FOR });
      else await pause(Math.min(LOOK_EVERY_MS, left));
    }
  }
}

/** Undefined for what is wrong with the peer, and not with the action. */
function statusOf(code: string): Exclude<Installed["status"], "kept"> | undefined {
  if (code === "not-found" || code === "content-unavailable") return "not-found";
  if (code === "verification-failed" || code === "scan-refused") return "failed";
  if (code === "verification-unknown") return "unproved";
  return code === "refused-by-policy" ? "refused" : undefined;
}

function lines(output: Output, installed: readonly Installed[]): string[] {
  if (installed.length === 0) return [];
  const short = shortIds(installed.map(({ id }) => id));
  const rows = installed.map(({ alias, id, status, why, uses, withdrawn }) => {
    const marks = [
      ...(withdrawn ? ["[withdrawn] "] : []),
      ...(uses.length === 0 ? [] : [`[uses ${uses.length}] `]),
    ];
    return [
      { text: alias, style: "bold" as const },
      { text: short(id), style: "cyan" as const },
      { text: status, style: STYLES[status] },
      { text: marks.join("") + why },
    ];
  });
  return table(output, ["PIN", "ID", "HERE", "WHY"], rows);
}

function note(output: Output, installed: readonly Installed[], released: number): void {
  const kept = installed.filter(({ status }) => status === "kept").length;
  const all = kept === installed.length;
  output.note(
    `${all ? "" : "Not all is here: "}${kept} of ${installed.length} kept${released === 0 ? "" : `, ${released} let go of`}.`,
  );
  if (installed.some(({ why }) => why === UNHEARD))
    output.note(
      "Of what is new to it a peer hears from those it is connected to (`collective peers`): --wait 120 gives it more time, and --ask asks them.",
    );
  for (const { alias, id, status } of installed)
    if (status === "failed")
      output.note(`${oneLine(alias)}: \`collective verify ${oneLine(id)} --explain\` shows each case.`);
}

/** The worst of it. */
function exitOf(installed: readonly Installed[]): number {
  const has = (...statuses: readonly Installed["status"][]) =>
    installed.some(({ status }) => statuses.includes(status));
  if (has("failed", "unproved")) return failures["verification-failed"].exit;
  if (has("not-found")) return failures["not-found"].exit;
  return has("refused") ? failures["refused-by-policy"].exit : 0;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= MOST_WAIT_SECONDS))
    throw new InvalidArgumentError(`It must be a number of seconds from 0 to ${MOST_WAIT_SECONDS}.`);
  return seconds;
}
