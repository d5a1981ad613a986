import { checksOf } from "../check.ts";
import type { Check, Dialled, Findings } from "../types.ts";

const { ok, note, warning, problem } = checksOf("network");

const CHECK_NETWORK =
  "See whether this machine is online and whether a firewall lets it out; ask whoever runs the node whether it is up.";

/** Whom the peer would join through, and whether they answer. */
export function networkChecks(findings: Findings): Check[] {
  const { bootstrap, daemon } = findings;
  if (bootstrap === undefined) return [];
  const { note: plan, failure, dialled, left } = bootstrap;
  if (failure !== undefined) return [problem("joining", failure.message, failure.remedy)];
  if (dialled.length === 0) return [withoutNodes(plan, findings)];
  const reached = dialled.filter(({ result }) => result === "reached" || result === "not-dialled");
  const failed = dialled.filter((one) => !reached.includes(one));
  const more = left === 0 ? "" : ` (${left} more were not dialled)`;
  const summary = `${reached.length} of ${dialled.length} nodes to join through take a connection${more}`;
  if (failed.length === 0) return [ok("joining", summary)];
  if (reached.length > 0)
    return [warning("joining", `${summary}; not: ${failed.map(said).join("; ")}`, remedyFor(failed))];
  const connected = daemon.state === "answers" ? daemon.status.peers : 0;
  const message = `none of ${dialled.length} nodes to join through takes a connection: ${failed.map(said).join("; ")}`;
  return connected > 0
    ? [warning("joining", `${message}; the peer has ${connected} others`, remedyFor(failed))]
    : [problem("joining", message, remedyFor(failed))];
}

/** The running peer may have been told otherwise, by flags that only it knows. */
function withoutNodes(plan: string, { daemon }: Findings): Check {
  if (daemon.state !== "answers" || daemon.status.joining.nodes === 0) return note("joining", plan);
  const { joining, peers } = daemon.status;
  return ok("joining", `the running peer: ${joining.note}; ${peers} connected`);
}

function said({ address, result, detail }: Dialled): string {
  switch (result) {
    case "no-name":
      return `${address}: the name is not found (${detail})`;
    case "refused":
      return `${address}: nothing listens there`;
    case "timeout":
      return `${address}: no answer in time`;
    default:
      return `${address}: ${detail}`;
  }
}

function remedyFor(failed: readonly Dialled[]): string {
  if (failed.every(({ result }) => result === "no-name"))
    return "See whether this machine resolves names at all (its DNS server), and whether the name is written right.";
  if (failed.every(({ result }) => result === "refused"))
    return "The machines are there and the nodes are not: ask whoever runs them, or join through others with --bootstrap.";
  return CHECK_NETWORK;
}
