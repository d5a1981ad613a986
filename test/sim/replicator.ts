import {
  type ActionId,
  cidOfActionId,
  type PeerId,
  type SignedRecord,
  type Signer,
  signRecord,
} from "@action-collective/protocol";
import type { Catalogue } from "../../node/src/catalogue/catalogue.ts";
import type { Holding } from "../../node/src/catalogue/holdings.ts";
import { Testimony } from "../../node/src/catalogue/testimony.ts";
import { factsOf } from "../../node/src/seeding/facts.ts";
import { FETCHES_PER_LOOK, LOOK_EVERY_MS, LOOKED_AT, TIDY_PAGE } from "../../node/src/seeding/limits.ts";
import { planDrops, planFetches, type SeedRules } from "../../node/src/seeding/plan.ts";
import { verdictBodyOf } from "../helpers/records.ts";
import type { Endpoint, Fabric } from "./fabric.ts";
import type { Timer } from "./kernel.ts";
import { normal, type Stream, streamOf } from "./random.ts";

/** As the peer does (node/src/peer.ts). */
const HOLDERS_TRIED = 8;
const FETCH_TIMEOUT_MS = 20_000;
const WANT_BYTES = 100;
/** A test takes a while, and what could not be fetched is tried again. */
const [VERIFIED_WITHIN_MS, AGAIN_AFTER_MS] = [10_000, 60_000];
/** A rater of whom nothing is known is believed by half. */
const BELIEVED = 0.5;
/** Most bundles are a few times larger than a manifest; the largest allowed has 140 KiB. */
const [MEDIAN_BUNDLE, BUNDLE_SPREAD] = [12 * 1024, 0.8];
const [SMALLEST_BUNDLE, LARGEST_BUNDLE] = [2 * 1024, 140 * 1024];

/** Bundles are modelled as sizes, the same for everybody. */
export function bundleBytes(id: ActionId): number {
  const bytes = MEDIAN_BUNDLE * Math.exp(BUNDLE_SPREAD * normal(streamOf(0, id)));
  return Math.round(Math.min(LARGEST_BUNDLE, Math.max(SMALLEST_BUNDLE, bytes)));
}

interface ReplicatorParts {
  self: Endpoint;
  id: PeerId;
  signer: Signer;
  network: string;
  fabric: Fabric;
  catalogue: Catalogue;
  rules: SeedRules;
  random: Stream;
  wallClock(): number;
  after(delayMs: number, run: () => void): Timer;
  publish(record: SignedRecord): void;
}

/**
 * Keeping content available: verifies what it hears of, holds it, drops and fetches back. What goes and what comes is decided
 * by the real plans over the real account of holdings and the records this peer has; fetching is a frame of that size.
 */
export class Replicator {
  readonly #parts: ReplicatorParts;
  readonly #testimony: Testimony;
  #lookedAt = 0;

  constructor(parts: ReplicatorParts) {
    this.#parts = parts;
    this.#testimony = new Testimony(parts.catalogue.records, parts.network);
  }

  start(): void {
    const { after, random } = this.#parts;
    after(LOOK_EVERY_MS * random(), () => this.#look());
    // What a crash interrupted: the queue of verifications is the catalogue.
    for (const id of this.#pending()) this.#verifySoon(id, VERIFIED_WITHIN_MS);
  }

  /** A record was stored. */
  stored(record: SignedRecord): void {
    if (record.kind !== "publication") return;
    const { id } = record.action;
    if (record.author === this.#parts.id) this.#hold(id, "always");
    else if (!this.#holds(id)) this.#verifySoon(id, VERIFIED_WITHIN_MS);
  }

  /** What bitswap would give. */
  bundle(id: ActionId): number | undefined {
    return this.#holds(id) ? bundleBytes(id) : undefined;
  }

  #pending(): ActionId[] {
    const rows = this.#parts.catalogue.database
      .prepare("SELECT id FROM actions WHERE standing = 'pending' ORDER BY id")
      .all();
    return rows.map(({ id }) => id as ActionId);
  }

  #verifySoon(id: ActionId, withinMs: number): void {
    const { after, random, catalogue } = this.#parts;
    after(withinMs * random(), () => {
      if (catalogue.actions.standing(id) !== "pending") return;
      this.#fetch(id, (fetched) => {
        if (fetched) this.#passed(id);
        else this.#verifySoon(id, AGAIN_AFTER_MS);
      });
    });
  }

  #passed(id: ActionId): void {
    const { catalogue, publish, signer, network, wallClock } = this.#parts;
    const action = catalogue.actions.get(id);
    if (action === undefined || action.standing !== "pending") return;
    catalogue.actions.change(id, {
      standing: "passed",
      reason: "passed",
      runner: "sim",
      attempts: 0,
      due: 0,
    });
    this.#hold(id, "while-worth-it");
    const [subject, created, body] = [cidOfActionId(id), wallClock(), verdictBodyOf("pass")];
    publish(signRecord({ kind: "verdict", subject, revision: 1, created, body }, signer, network));
  }

  #hold(id: ActionId, keeping: Holding["keeping"]): void {
    const { catalogue, wallClock } = this.#parts;
    const blocks = [{ block: id, bytes: bundleBytes(id) }];
    catalogue.transaction(() => catalogue.holdings.hold(id, blocks, keeping, wallClock()));
    this.#tidy();
  }

  #holds(id: ActionId): boolean {
    return this.#parts.catalogue.holdings.holds(id);
  }

  #tidy(): void {
    const { catalogue, rules, wallClock } = this.#parts;
    const { bytes } = catalogue.holdings.totals();
    if (bytes <= rules.quotaBytes) return;
    const candidates = catalogue.holdings
      .longestUnseen(TIDY_PAGE)
      .map(({ id, bytes, since, blocks }) => ({ ...this.#facts(id), bytes, since, blocks }));
    for (const id of planDrops({ candidates, bytes, rules, now: wallClock() }))
      catalogue.holdings.release(id);
  }

  #look(): void {
    const { catalogue, rules, wallClock, after } = this.#parts;
    const page = catalogue.holdings.lost(this.#lookedAt, LOOKED_AT);
    this.#lookedAt = page.length < LOOKED_AT ? 0 : (page.at(-1)?.number ?? 0);
    const candidates = page.map(({ id }) => ({ ...this.#facts(id), bytes: bundleBytes(id) }));
    const { bytes } = catalogue.holdings.totals();
    const plan = planFetches({ candidates, bytes, rules, now: wallClock(), most: FETCHES_PER_LOOK });
    for (const id of plan)
      this.#fetch(id, (fetched) => {
        if (fetched) this.#hold(id, "while-worth-it");
      });
    after(LOOK_EVERY_MS, () => this.#look());
  }

  #facts(id: ActionId) {
    const { id: self, catalogue } = this.#parts;
    const { usage } = catalogue;
    return factsOf(id, { self, testimony: this.#testimony, usage, believed: () => BELIEVED });
  }

  /** From one likely holder after the other, connected ones first. */
  #fetch(id: ActionId, done: (fetched: boolean) => void): void {
    const { fabric, self, id: ownId, after } = this.#parts;
    const connected = new Set(fabric.neighbours(self.id));
    const likely = this.#testimony.likelyHolders(id, ownId, HOLDERS_TRIED);
    const holders = [
      ...likely.filter((peer) => connected.has(peer)),
      ...likely.filter((peer) => !connected.has(peer)),
    ];
    // Each step as its own event, which is lost with this life of the peer.
    const next = () => {
      const holder = holders.shift();
      if (holder === undefined) return done(false);
      if (connected.has(holder)) return ask(holder);
      fabric.dial(self, holder, (reached) => after(0, () => (reached ? ask(holder) : next())));
    };
    const ask = (holder: string) =>
      fabric.exchange(
        self,
        holder,
        { kind: "bundle", requestBytes: WANT_BYTES, timeoutMs: FETCH_TIMEOUT_MS },
        (server) => {
          const bytes = server.bundle(id);
          return { answer: bytes !== undefined, bytes: bytes ?? 0 };
        },
        (given) => after(0, () => (given === true ? done(true) : next())),
      );
    next();
  }
}
