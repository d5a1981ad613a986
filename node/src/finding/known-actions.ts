import type { ActionId, Manifest, PeerId } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { Reputation } from "../reputation/reputation.ts";
import type { Filtered } from "./filters.ts";
import { type Likeness, likenessOf } from "./likeness.ts";

/** Decoded manifests that are kept, several searches' candidates: at 3 kB each about 10 MB, at most some 60. */
const MANIFESTS_CACHED = 1_000;

/** What is kept of an action: its manifest never changes, nor when it was first heard of. */
interface Kept {
  readonly manifest: Manifest;
  readonly firstSeen: number;
  likeness: Likeness | undefined;
}

/** One action as a search sees it. Each part is read when it is first asked for: the manifest costs 30 µs to decode. */
export interface Known extends Filtered {
  readonly id: ActionId;
  readonly manifest: Manifest;
  likeness(): Likeness;
  /** Who published it first; undefined for what nobody did, such as the starter library. */
  publisher(): PeerId | undefined;
}

export interface KnownParts {
  readonly catalogue: Pick<Catalogue, "actions" | "selection">;
  readonly reputation: Pick<Reputation, "ofAction">;
  /** The user's policy; where it is left out, everything is acceptable. */
  readonly policy?: OfferPolicy;
}

/** What a search asks of the policy. Cheap: it is asked about every candidate. */
export interface OfferPolicy {
  refusal(id: ActionId, stage: "offer"): { readonly why: string } | undefined;
  rules(): readonly string[];
}

/** Reads actions for the finder. */
export class KnownActions {
  readonly #parts: KnownParts;
  readonly #kept = new Map<ActionId, Kept>();

  constructor(parts: KnownParts) {
    this.#parts = parts;
  }

  /** Undefined for an action that the catalogue does not have. */
  get(id: ActionId): Known | undefined {
    const { actions, selection } = this.#parts.catalogue;
    const standing = actions.standing(id);
    if (standing === undefined) return undefined;
    const kept = once(() => this.#read(id));
    const score = once(() => this.#parts.reputation.ofAction(id));
    const strength = once(() => actions.strength(id));
    return {
      id,
      standing,
      get manifest() {
        return kept().manifest;
      },
      get firstSeen() {
        return kept().firstSeen;
      },
      score,
      strength: () => shareOf(strength()),
      publishedBy: (authors) => authors.some((author) => selection.publishes(author as PeerId, id)),
      publisher: once(() => selection.publisher(id)),
      refusal: once(() => this.#parts.policy?.refusal(id, "offer")),
      rules: () => this.#parts.policy?.rules() ?? [],
      likeness: () => {
        const one = kept();
        one.likeness ??= likenessOf(id, one.manifest);
        return one.likeness;
      },
    };
  }

  #read(id: ActionId): Kept {
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const action = this.#parts.catalogue.actions.get(id);
    if (action === undefined) throw new UnknownActionError(id);
    if (this.#kept.size >= MANIFESTS_CACHED) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
    const kept = { manifest: action.manifest, firstSeen: action.firstSeen, likeness: undefined };
    this.#kept.set(id, kept);
    return kept;
  }
}

function shareOf(strength: { killed: number; mutants: number } | undefined): number | undefined {
  return strength === undefined ? undefined : strength.killed / strength.mutants;
}

function once<Value>(read: () => Value): () => Value {
  let kept: { readonly value: Value } | undefined;
  return () => {
    kept ??= { value: read() };
    return kept.value;
  };
}
