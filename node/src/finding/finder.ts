import type { ActionId, Manifest } from "@action-collective/protocol";
import { mayOffer } from "../policy/policy.ts";
import { documentOf } from "../search/document.ts";
import { type Placed, shareAmongAuthors } from "./author-share.ts";
import { type Sieve, sieveOf } from "./filters.ts";
import { fuse, merged, vectorWeight } from "./fuse.ts";
import { type GatherBounds, type Gathered, gather } from "./gather.ts";
import { type Group, Groups, representativeOf } from "./groups.ts";
import { type Known, KnownActions, type KnownParts } from "./known-actions.ts";
import { likenessOf } from "./likeness.ts";
import { NEAR_COSINE, relationOf } from "./near-duplicates.ts";
import { LEAST_FACTOR } from "./rank.ts";
import { type Ranked, ranked } from "./ranked.ts";
import { Slices } from "./slices.ts";
import type { CandidateSource, FindRequest, Hit } from "./types.ts";

/** Results that are compared with each other at once. */
const BATCH = 16;
/** Neighbours of a document that are looked at for near-duplicates. */
const NEIGHBOURS = 20;

export interface FinderParts extends KnownParts {
  readonly source: CandidateSource;
  /** Only tests name others. */
  readonly bounds?: GatherBounds;
}

/** An action that is much like another. */
export interface NearDuplicate {
  readonly known: Known;
  /** Of the two documents' vectors; undefined where one has none. */
  readonly cosine: number | undefined;
}

/** What one search needs at every step. */
interface Search {
  readonly request: FindRequest;
  readonly sieve: Sieve;
  readonly slices: Slices;
  readonly known: (id: ActionId) => Known | undefined;
}

/** A group on its way to becoming a hit. */
interface Shown {
  readonly group: Group;
  readonly representative: Ranked;
  readonly score: number;
}

/** Decides what a search shows: candidates in, hits out, with exact filters, in a bounded order, each thing once. */
export class Finder {
  readonly #parts: FinderParts;
  readonly #actions: KnownActions;

  constructor(parts: FinderParts) {
    this.#parts = parts;
    this.#actions = new KnownActions(parts);
  }

  /**
   * The best hits for a query in anybody's words, best first. As many as `limit` whenever so many different actions
   * pass the filters. Rejects with the signal's reason once that is aborted.
   */
  async find(request: FindRequest): Promise<Hit[]> {
    const { query, limit, filters = {} } = request;
    const slices = new Slices(request.signal);
    const sieve = sieveOf(filters);
    const search = { request, sieve, slices, known: remembering((id: ActionId) => this.#actions.get(id)) };
    const passes = (id: ActionId) => {
      const action = this.#actions.get(id);
      return action !== undefined && sieve.passes(action);
    };
    const { source, catalogue, bounds } = this.#parts;
    const { selection } = catalogue;
    let groups: readonly Group[] = [];
    const rounds = gather(query, { filters, source, selection, passes, slices, bounds });
    for await (const gathered of rounds) {
      groups = await this.#grouped(gathered, search);
      if (groups.length >= limit) break;
    }
    const hits = placed(groups, request).slice(0, limit).map(hitOf);
    source.want?.(hits.filter(({ parts }) => parts.cosine === undefined).map(({ id }) => id));
    return hits;
  }

  /** An action as a search sees it; undefined for what the catalogue does not have. */
  known(id: ActionId): Known | undefined {
    return this.#actions.get(id);
  }

  /** What is known here that says and does the same as this manifest, itself left out; the nearest first. */
  async nearDuplicatesOf(id: ActionId, manifest: Manifest): Promise<NearDuplicate[]> {
    const likeness = likenessOf(id, manifest);
    const nearest = await this.#parts.source.nearestTo(documentOf(id, manifest), NEIGHBOURS);
    return nearest.flatMap(({ id: other, cosine }): NearDuplicate[] => {
      const known = other === id ? undefined : this.#actions.get(other as ActionId);
      if (known === undefined || !mayOffer(known.standing, false) || known.refusal() !== undefined) return [];
      const relation = relationOf(likeness, known.likeness());
      const near = relation === "if-near" && cosine !== undefined && cosine >= NEAR_COSINE;
      return relation === "same" || near ? [{ known, cosine }] : [];
    });
  }

  /** Enough groups for a page, and all that could still change it; or all there are. */
  async #grouped({ parts, bests, terms }: Gathered, search: Search): Promise<readonly Group[]> {
    const { request, slices } = search;
    const alpha = vectorWeight(terms);
    const lists = [];
    for (const part of parts) {
      lists.push(fuse(part, bests, alpha));
      await slices.pause();
    }
    const { source } = this.#parts;
    const groups = new Groups({ source, slices, collapse: request.collapse ?? true });
    let batch: Ranked[] = [];
    for await (const one of ranked(merged(lists), search)) {
      batch.push(one);
      if (batch.length < BATCH) continue;
      await groups.add(batch);
      batch = [];
      if (isEnough(groups.list, request, one.score)) return groups.list;
    }
    await groups.add(batch);
    return groups.list;
  }
}

/**
 * Whether nothing that scores at most `next` can still change the page: neither come onto it past an author who has
 * more than a share, nor stand for a group on it.
 */
function isEnough(groups: readonly Group[], request: FindRequest, next: number): boolean {
  if (groups.length < request.limit) return false;
  const last = placed(groups, request)[request.limit - 1];
  // Where nothing is relevant, all that follows is as irrelevant.
  return last !== undefined && (last.order === 0 || next < last.order * LEAST_FACTOR);
}

function placed(groups: readonly Group[], { limit, filters }: FindRequest): Placed<Shown>[] {
  const shown = groups.map((group) => ({
    group,
    representative: representativeOf(group),
    score: group.leader.score,
  }));
  // Whoever asks for an author wants that author's.
  const authorOf = ({ representative }: Shown) =>
    filters?.authors === undefined ? representative.known.publisher() : undefined;
  return shareAmongAuthors(shown, limit, authorOf);
}

function hitOf({ item: { group, representative }, author }: Placed<Shown>): Hit {
  const { known, relevant, colour, score } = representative;
  const others = group.members.filter((member) => member !== representative);
  return {
    id: known.id,
    score,
    parts: { ...relevant.parts, ...colour, author },
    similar: others.map((other) => other.known.id),
  };
}

function remembering<Key, Value>(read: (key: Key) => Value): (key: Key) => Value {
  const kept = new Map<Key, Value>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined || kept.has(key)) return known as Value;
    const value = read(key);
    kept.set(key, value);
    return value;
  };
}
