import { NotReceivedError } from "../errors.ts";
import type { Message, Node } from "../types.ts";

/**
 * Stands for an agent of another peer, so that it can be linked to: a space hands what is passed to it over to that peer. Nothing
 * reaches it past the space, where privileges are checked.
 */
export class RemoteAgent implements Node {
  /** Its address: `name@PeerId`. */
  readonly id: string;

  constructor(address: string) {
    this.id = address;
  }

  /** @throws {NotReceivedError} always: hand messages to it with `place.pass`. */
  // biome-ignore lint/correctness/useYield: a stream that fails before its first answer
  async *receive(): AsyncGenerator<Message, void, void> {
    throw new NotReceivedError(this.id);
  }
}
