import type { Connection } from "@libp2p/interface";
import { isPrivate } from "@libp2p/utils";
import { isRelayed } from "../addresses.ts";
import type { Reach, Reachability } from "../options.ts";

export interface ReachabilityEvidence {
  /** Whether we accept connections at all. */
  readonly listens: boolean;
  /** Whether others confirmed that a public address of ours can be dialled. */
  readonly confirmed: boolean;
  /** Whether somebody is connected who dialled us directly. */
  readonly dialled: boolean;
  /** Relays that hold a place for us. */
  readonly relays: number;
}

/** How others get to us, as far as there is evidence. Pure. */
export function reachabilityOf({ listens, confirmed, dialled, relays }: ReachabilityEvidence): Reachability {
  if (listens && (confirmed || dialled)) return "direct";
  if (relays > 0) return "relayed";
  return listens ? "unknown" : "outbound-only";
}

/** Whether one of these shows that we can be dialled from as far as we want to be. */
export function showsDialled(
  connections: readonly Pick<Connection, "direction" | "remoteAddr">[],
  reach: Reach,
): boolean {
  return connections.some(
    ({ direction, remoteAddr }) =>
      direction === "inbound" && !isRelayed(remoteAddr) && (reach !== "public" || !isPrivate(remoteAddr)),
  );
}
