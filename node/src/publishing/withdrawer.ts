import { type ActionId, assertText, limits } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Announcer } from "./announcer.ts";
import { NotPublishedHereError } from "./errors.ts";
import type { OwnPublications } from "./own-publications.ts";

export interface WithdrawerParts {
  readonly own: OwnPublications;
  readonly announcer: Pick<Announcer, "store" | "gossip">;
  readonly catalogue: Pick<Catalogue, "transaction" | "holdings" | "actions">;
  /** Says in the DHT no more that a block is here. */
  readonly unprovide: (block: string) => Promise<void>;
  readonly log: (message: string) => void;
}

/**
 * Takes back what this peer published: signs a withdrawal up to the publication that counts, stores it, gossips it. Others
 * keep what they have. Here the action stays known and its bundle stays on the disk, no longer as one's own: it is not
 * announced any more, and goes when the room is needed. Publishing it again makes it count again.
 */
export class Withdrawer {
  readonly #parts: WithdrawerParts;

  constructor(parts: WithdrawerParts) {
    this.#parts = parts;
  }

  /**
   * @param reason one line for everybody to read; may be empty
   * @returns to how many neighbours it went at once; others hear through them, or through sync.
   * @throws {NotPublishedHereError | UnsafeTextError | RegistersFullError}
   */
  async withdraw(id: ActionId, reason: string): Promise<{ recipients: number }> {
    assertText(reason, { most: limits.reasonCharacters, lines: "one" }, "The reason");
    const { own, announcer, catalogue } = this.#parts;
    const record = catalogue.transaction(() => {
      const publication = own.get(id);
      if (publication === undefined) throw new NotPublishedHereError(id, own.withdrawnUpTo(id) > 0);
      if (!catalogue.actions.isStarter(id)) catalogue.holdings.keep(id, "while-worth-it");
      return announcer.store("withdrawal", id, { upTo: publication.revision, reason });
    });
    const recipients = await announcer.gossip(record);
    if (!catalogue.actions.isStarter(id)) await this.#concealBlocks(id);
    return { recipients };
  }

  /** It was taken back whether or not the DHT can be told. */
  async #concealBlocks(id: ActionId): Promise<void> {
    const { catalogue, unprovide, log } = this.#parts;
    for (const block of catalogue.holdings.alone(id))
      await unprovide(block).catch((error: unknown) =>
        log(`a block of ${id} is announced still: ${String(error)}`),
      );
  }
}
