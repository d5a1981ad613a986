import type { ActionDefinitionInput, ActionId, Bundle, Json, Standing } from "@action-collective/protocol";
import { Catalogue } from "../../../node/src/catalogue/catalogue.ts";
import { Finder, type FinderParts } from "../../../node/src/finding/finder.ts";
import { Reputation } from "../../../node/src/reputation/reputation.ts";
import { documentOf } from "../../../node/src/search/document.ts";
import { bundleOf, peerOf, publicationOf, recordOf, verdictBodyOf } from "../../helpers/records.ts";
import { MemorySource } from "./memory-source.ts";

export interface Publishing {
  /** The number of a key; undefined: nobody published it, as with the starter library. */
  readonly author?: number;
  readonly standing?: Standing;
  readonly firstSeen?: number;
  /** Keys of peers whose test passed. */
  readonly passedAt?: readonly number[];
  readonly strength?: { readonly killed: number; readonly mutants: number };
  readonly embedded?: boolean;
}

/** A catalogue, an index and a reputation as a peer has them, without the peer. */
export class World {
  readonly catalogue = new Catalogue(":memory:");
  readonly source = new MemorySource();
  readonly reputation = new Reputation({ catalogue: this.catalogue, self: peerOf(0), clock: () => 1_000 });
  readonly #bundles = new Map<ActionId, Bundle>();

  finder(parts: Partial<FinderParts> = {}): Finder {
    const { catalogue, reputation, source } = this;
    return new Finder({ catalogue, reputation, source, ...parts });
  }

  /** An action with code of its own, unless told otherwise. */
  publish(overrides: Partial<ActionDefinitionInput>, publishing: Publishing = {}): ActionId {
    const bundle = bundleOf({ code: `export default () => ${this.#bundles.size};\n`, ...overrides });
    this.#bundles.set(bundle.id, bundle);
    this.catalogue.transaction(() => this.#store(bundle, publishing));
    this.source.add(documentOf(bundle.id, bundle.manifest), { embedded: publishing.embedded ?? true });
    return bundle.id;
  }

  /** Its author takes it back. */
  withdraw(id: ActionId, author: number): void {
    const bundle = this.#bundles.get(id);
    if (bundle === undefined) throw new Error(`${id} was not published here`);
    const record = recordOf("withdrawal", bundle, author, { upTo: 1, reason: "" });
    this.catalogue.transaction(() => this.catalogue.records.put(record, 2));
  }

  alsoPublishedBy(id: ActionId, author: number): void {
    const bundle = this.#bundles.get(id);
    if (bundle === undefined) throw new Error(`${id} was not published here`);
    this.catalogue.transaction(() => this.catalogue.records.put(publicationOf(bundle, author), 2_000));
  }

  #store(bundle: Bundle, publishing: Publishing): void {
    const { author, standing = "passed", firstSeen = 1_000, passedAt = [], strength } = publishing;
    const { actions, records } = this.catalogue;
    actions.add(bundle, author === undefined ? "library" : "network", firstSeen);
    if (author !== undefined) {
      records.put(publicationOf(bundle, author), firstSeen);
      actions.publishedBy(bundle.id, peerOf(author));
    }
    for (const peer of passedAt) records.put(recordOf("verdict", bundle, peer, verdictBodyOf("pass")), 1);
    const report = strength === undefined ? {} : { report: { strength } as Json };
    actions.change(bundle.id, { standing, reason: "", attempts: 0, due: 0, ...report });
  }
}
