import {
  type ActionId,
  openRecord,
  type PeerId,
  type SignedRecord,
  type Verifier,
} from "@action-collective/protocol";
import type { Records } from "../catalogue/records.ts";

/** Whatever is in the catalogue passed the real verifier at intake. */
const TRUSTED: Verifier = { verify: () => true };

export interface OwnPublicationsParts {
  readonly records: Pick<Records, "holder">;
  readonly self: PeerId;
  readonly network: string;
}

/** What this peer publishes: what it said (SPEC §4.4) and has not taken back (§4.8). */
export class OwnPublications {
  readonly #parts: OwnPublicationsParts;

  constructor(parts: OwnPublicationsParts) {
    this.#parts = parts;
  }

  /** The publication that counts, if there is one. */
  get(id: ActionId): { readonly revision: number; readonly created: number } | undefined {
    const { records, self } = this.#parts;
    const publication = records.holder(self, "publication", id);
    return publication === undefined || publication.revision <= this.withdrawnUpTo(id)
      ? undefined
      : publication;
  }

  /** The revision up to which publications of that action were taken back; 0 when none was. */
  withdrawnUpTo(id: ActionId): number {
    const { records, self, network } = this.#parts;
    const held = records.holder(self, "withdrawal", id);
    const withdrawal: SignedRecord | undefined =
      held === undefined ? undefined : openRecord(held.bytes, TRUSTED, network);
    return withdrawal?.kind === "withdrawal" ? withdrawal.body.upTo : 0;
  }
}
