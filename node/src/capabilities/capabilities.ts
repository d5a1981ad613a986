import {
  CAPABILITY_KEY_BYTES,
  CAPABILITY_NONCE_BYTES,
  type CapabilityBlock,
  type CapabilityView,
  isCapability,
  mintCapability,
  openCapability,
} from "@action-collective/protocol";
import type { Caller } from "./caller.ts";
import { CapabilityEndedError, NoSuchCapabilityError } from "./errors.ts";
import { Holder, type HolderParts } from "./holder.ts";
import { Ledger, type LedgerBounds } from "./ledger.ts";
import { MOST_SHOWN } from "./limits.ts";
import type { Link } from "./link.ts";
import { RunTime } from "./run-time.ts";

export interface CapabilitiesParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** So many random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly bounds?: LedgerBounds;
}

/**
 * The capabilities of one peer, for as long as it runs: the root key is made when it starts and never leaves this object, so
 * all of them end with it. What was used up and what was revoked is counted here, at the one place that a holder cannot
 * avoid.
 */
export class Capabilities {
  readonly #key: Uint8Array;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #ledger: Ledger;
  readonly #parts: HolderParts;

  constructor({ clock, random, bounds }: CapabilitiesParts) {
    this.#random = random;
    this.#key = random(CAPABILITY_KEY_BYTES);
    this.#ledger = new Ledger(bounds);
    this.#parts = { clock, time: new RunTime() };
  }

  /** One at level 0. @throws {CapabilityRefusedError} no more can be remembered */
  mint(block: CapabilityBlock): { readonly id: string; readonly token: string } {
    const token = mintCapability(this.#key, block, this.#random(CAPABILITY_NONCE_BYTES));
    return { id: this.#seen(token).id, token };
  }

  /** Whether a bearer token is meant to be one; nothing is checked. */
  isMeant(token: string): boolean {
    return isCapability(token);
  }

  /**
   * Whoever shows a capability.
   * @throws {InvalidCapabilityError} this peer did not make it
   * @throws {CapabilityEndedError} it was revoked, or its time is over
   * @throws {CapabilityRefusedError} there are more agents than may be
   */
  open(token: string): Holder {
    const holder = new Holder(this.#seen(token), this.#parts);
    holder.check();
    return holder;
  }

  /** Those in use that the caller may see: its own and those below; the user sees all. */
  views(caller: Caller): CapabilityView[] {
    const own = caller === "user" ? undefined : this.#ledger.get(caller.id);
    const seen = [...this.#ledger.all()].filter(
      (link) => caller === "user" || link === own || (own !== undefined && link.isBelow(own)),
    );
    let weight = 0;
    const fits = (link: Link) => {
      weight += link.weight;
      return weight <= MOST_SHOWN;
    };
    return seen
      .toSorted((a, b) => Number(a.isEnded) - Number(b.isEnded) || b.lastSeen - a.lastSeen)
      .filter(fits)
      .map(viewOf);
  }

  /**
   * Ends a capability and all that was or will be cut from it. Only from strictly above, or by the user.
   * @param which its id, or itself: it need not have been used before
   * @throws {NoSuchCapabilityError | InvalidCapabilityError | CapabilityRefusedError}
   */
  revoke(caller: Caller, which: { readonly id: string } | { readonly token: string }): string {
    const link = "id" in which ? this.#ledger.get(which.id) : this.#toRevoke(caller, which.token);
    const id = "id" in which ? which.id : (link?.id ?? "");
    const above = caller === "user" ? undefined : this.#ledger.get(caller.id);
    const isAllowed = caller === "user" || (above !== undefined && link?.isBelow(above) === true);
    if (link === undefined || !isAllowed) throw new NoSuchCapabilityError(id);
    if (!link.revoked) this.#ledger.revoke(link);
    return link.id;
  }

  /** Writes down only what the caller may end, so that nobody fills the ledger with what others made. */
  #toRevoke(caller: Caller, token: string): Link | undefined {
    const opened = openCapability(this.#key, token);
    if (caller !== "user" && !opened.ids.slice(0, -1).includes(caller.id))
      throw new NoSuchCapabilityError(opened.id);
    return this.#ledger.get(opened.id) ?? this.#ledger.seen(opened, this.#parts.clock(), "end");
  }

  #seen(token: string): Link {
    const opened = openCapability(this.#key, token);
    const now = this.#parts.clock();
    const { until } = opened.privileges;
    // What was over before it was ever shown takes no room.
    if (until !== undefined && now >= until) throw new CapabilityEndedError("its time is over");
    return this.#ledger.seen(opened, now, "use");
  }
}

function viewOf(link: Link): CapabilityView {
  const { id, parent, level, agent, role, privileges, spent, isEnded, lastSeen } = link;
  return {
    id,
    ...(parent === undefined ? {} : { parent: parent.id }),
    level,
    agent,
    ...(role === undefined ? {} : { role }),
    privileges,
    spent: { ...spent },
    revoked: isEnded,
    lastSeen,
  };
}
