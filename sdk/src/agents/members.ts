import type { Exchange } from "./exchange.ts";
import type { Standing } from "./hierarchy/standing.ts";
import type { Caller, Node, Place } from "./types.ts";

/** One node in a space, from the moment it enters to the moment it is gone. */
export interface Member {
  readonly id: string;
  readonly node: Node;
  readonly standing: Standing;
  /** As others know it. */
  readonly caller: Caller;
  readonly expose: boolean;
  readonly controller: AbortController;
  /** That it asks or answers. */
  readonly exchanges: Set<Exchange>;
  state: "joining" | "here" | "leaving" | "gone";
  place?: Place;
  token?: string;
  /** Others had been told that it is here when its end began. */
  known?: boolean;
  /** Settles when it has said goodbye, or the time for that is over. */
  goodbye?: Promise<void>;
  /** Settles when the peer knows that its capability is no more. */
  revoked?: Promise<void> | undefined;
  /** Settles when it is gone. */
  gone?: Promise<void>;
}

export function newMember(node: Node, standing: Standing, expose: boolean): Member {
  const { id, privileges, level, role } = standing;
  const caller = Object.freeze({
    address: id,
    privileges,
    level,
    ...(role === undefined ? {} : { role }),
  });
  return {
    id,
    node,
    standing,
    caller,
    expose,
    controller: new AbortController(),
    exchanges: new Set(),
    state: "joining",
  };
}
