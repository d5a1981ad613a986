import { deadline } from "../../deadline.ts";
import type { Member } from "../members.ts";
import { type NotJoinedError, PeerLostError } from "./errors.ts";
import { JOIN_MS } from "./limits.ts";

interface Joining {
  /** Its address, once the peer has said so. */
  readonly address: Promise<string>;
  settle(address: string): void;
  refuse(error: Error): void;
}

/** Which members are known at the peer, as long as one connection lasts. */
export class Joinings {
  readonly #joinings = new Map<string, Joining>();

  has(id: string): boolean {
    return this.#joinings.has(id);
  }

  /**
   * The member's address at the peer; asked again, it is the same.
   * @param announce tells the peer of it, the first time
   * @throws {NotJoinedError | PeerLostError}
   */
  async join(member: Member, announce: () => void): Promise<string> {
    let joining = this.#joinings.get(member.id);
    if (joining === undefined) {
      announce();
      joining = newJoining();
      this.#joinings.set(member.id, joining);
    }
    using time = deadline(JOIN_MS, member.controller.signal, () => new PeerLostError());
    return await time.race(joining.address);
  }

  joined(id: string, address: string): void {
    this.#joinings.get(id)?.settle(address);
  }

  /** It may be tried again. */
  refused(id: string, error: NotJoinedError): void {
    this.#joinings.get(id)?.refuse(error);
    this.#joinings.delete(id);
  }

  /** Whether it was known. */
  leave(id: string): boolean {
    return this.#joinings.delete(id);
  }

  lost(error: Error): void {
    for (const joining of this.#joinings.values()) joining.refuse(error);
    this.#joinings.clear();
  }
}

function newJoining(): Joining {
  let settle: Joining["settle"] = () => undefined;
  let refuse: Joining["refuse"] = () => undefined;
  const address = new Promise<string>((resolve, reject) => {
    settle = resolve;
    refuse = reject;
  });
  // Nobody may be waiting for it when it is refused.
  address.catch(() => undefined);
  return { address, settle, refuse };
}
