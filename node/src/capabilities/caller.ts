import { mayReach, mayRun, mayUseSecret, type Permissions } from "@action-collective/protocol";
import { CapabilityRefusedError } from "./errors.ts";
import type { Holder } from "./holder.ts";
import { type RunSpending, UNBOUNDED } from "./run-time.ts";

/** For whom the peer does something: its user, who has its own token, or the holder of a capability. */
export type Caller = "user" | Holder;

/** What a run is checked against a capability by. */
export interface RunFacts {
  readonly id: string;
  /** The action's own. Those of actions that it uses are never more (SPEC §5.4). */
  readonly permissions: Permissions;
  /** The caller brings somebody's yes. */
  readonly yes: "once" | "always" | undefined;
}

/**
 * Whether a capability lets that action run at all. An action that is named may call what it uses: that is part of it.
 * @throws {CapabilityEndedError | CapabilityRefusedError | BudgetSpentError}
 */
export function assertMayRun(caller: Caller, { id, permissions, yes }: RunFacts): void {
  if (caller === "user") return;
  assertMayTouch(caller, id);
  assertMayGive(caller, permissions);
  if (yes !== undefined && !caller.privileges.approve)
    throw new CapabilityRefusedError("it brings a yes, and it may not");
  // It would be written into the user's policy, and no capability reaches that.
  if (yes === "always")
    throw new CapabilityRefusedError("a yes for good is the user's own; it may bring one for this run");
  caller.assertLeft("calls", 1);
}

/**
 * Whether an action asks for no more than a capability lets any action have: neither to run it, nor to make it for others who
 * may do more.
 * @throws {CapabilityRefusedError}
 */
export function assertMayGive(caller: Caller, { net = [], secrets = [] }: Permissions): void {
  if (caller === "user") return;
  const { privileges } = caller;
  const hosts = net.filter((host) => !mayReach(privileges, host));
  if (hosts.length > 0) throw new CapabilityRefusedError(`the action asks for ${hosts.join(", ")}`);
  const names = secrets.filter((name) => !mayUseSecret(privileges, name));
  if (names.length > 0)
    throw new CapabilityRefusedError(`the action asks for the secrets ${names.join(", ")}`);
}

/** Whether it may have anything done with that action. @throws {CapabilityEndedError | CapabilityRefusedError} */
export function assertMayTouch(caller: Caller, id: string): void {
  if (caller === "user") return;
  caller.check();
  if (!mayRun(caller.privileges, id)) throw new CapabilityRefusedError(`${id} is not among its actions`);
}

/**
 * Whether a search asks neighbours. Its words leave the machine, so a capability with a list of hosts asks none.
 * @param wish undefined: as the user set it
 * @throws {CapabilityRefusedError} it wants them to be asked
 */
export function mayAsk(caller: Caller, wish: boolean | undefined): boolean | undefined {
  if (caller === "user" || caller.privileges.permissions.net === "any") return wish;
  if (wish === true) throw new CapabilityRefusedError("a search that asks neighbours takes every host");
  return false;
}

/** Proving and verifying run code as well: each counts as a call. @throws {CapabilityEndedError | BudgetSpentError} */
export function countCall(caller: Caller): void {
  if (caller !== "user") caller.charge({ calls: 1 });
}

/** @throws {CapabilityEndedError | BudgetSpentError} and the signal's reason */
export async function beginRun(caller: Caller, mostMs: number, signal: AbortSignal): Promise<RunSpending> {
  return caller === "user" ? UNBOUNDED : await caller.beginRun(mostMs, signal);
}
