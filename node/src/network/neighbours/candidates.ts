import { MAX_ADDRESSES_PER_PEER, MAX_CANDIDATES, MAX_CANDIDATES_PER_GROUP } from "../limits.ts";
import { groupOf } from "./address-groups.ts";
import { largestGroup } from "./diversity.ts";
import { type Candidate, type CandidateSource, retryDelay } from "./next-dials.ts";

/** Discovered peers that never answered are dropped after as many attempts. */
const MAX_DISCOVERED_FAILURES = 5;

/** A connection that ends sooner counts as a failed attempt, so that a peer that throws us out is not stormed. */
const STABLE_MS = 10_000;

/** Everybody the supervisor might dial, with their history. Bounded; no I/O. */
export class Candidates {
  readonly #all = new Map<string, Candidate>();
  readonly #connectedSince = new Map<string, number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  values(): Iterable<Candidate> {
    return this.#all.values();
  }

  /** Returns whether somebody new, or a new address of somebody, was learned. */
  add(id: string, addresses: readonly string[], source: CandidateSource): boolean {
    const known = this.#all.get(id);
    if (known) {
      // Hearsay never pushes out what the user configured or the peer itself told us.
      const fresh = source !== "discovered" && known.source !== "bootstrap";
      const all = fresh ? [...addresses, ...known.addresses] : [...known.addresses, ...addresses];
      const merged = [...new Set(all)].slice(0, MAX_ADDRESSES_PER_PEER);
      const learned = merged.some((address) => !known.addresses.includes(address));
      known.addresses = merged;
      if (known.source === "discovered") known.source = source;
      return learned;
    }
    if (addresses.length === 0) return false;
    if (source !== "bootstrap" && !this.#makeRoom(groupOf(addresses[0]))) return false;
    this.#all.set(id, {
      id,
      addresses: addresses.slice(0, MAX_ADDRESSES_PER_PEER),
      source,
      failures: 0,
      notBefore: 0,
    });
    return true;
  }

  connected(id: string, now: number): void {
    if (!this.#connectedSince.has(id)) this.#connectedSince.set(id, now);
  }

  disconnected(id: string, now: number): void {
    const since = this.#connectedSince.get(id);
    this.#connectedSince.delete(id);
    const candidate = this.#all.get(id);
    if (!candidate) return;
    candidate.failures = since !== undefined && now - since >= STABLE_MS ? 0 : candidate.failures + 1;
    this.#postpone(candidate, now);
  }

  failed(id: string, now: number): number {
    const candidate = this.#all.get(id);
    if (!candidate) return 0;
    candidate.failures++;
    if (candidate.source === "discovered" && candidate.failures >= MAX_DISCOVERED_FAILURES)
      this.#all.delete(id);
    else this.#postpone(candidate, now);
    return candidate.failures;
  }

  /** Not to be dialled for a while, whatever its source. */
  avoid(id: string, until: number): void {
    const candidate = this.#all.get(id);
    if (candidate) candidate.notBefore = Math.max(candidate.notBefore, until);
  }

  #postpone(candidate: Candidate, now: number): void {
    const delay = retryDelay(candidate.source, Math.max(1, candidate.failures), this.#random);
    candidate.notBefore = Math.max(candidate.notBefore, now + delay);
  }

  /** One of those dialled before all others. */
  markAnchor(id: string): void {
    const candidate = this.#all.get(id);
    if (candidate) candidate.anchor = true;
  }

  /** Whether there is room for one more of this group, dropping somebody if need be. */
  #makeRoom(group: string | undefined): boolean {
    if (group !== undefined) {
      const same = this.#droppable().filter(({ addresses }) => groupOf(addresses[0]) === group);
      if (same.length >= MAX_CANDIDATES_PER_GROUP) return this.#dropWorst(same);
    }
    if (this.#all.size < MAX_CANDIDATES) return true;
    return this.#dropWorst(largestGroup(this.#droppable(), ({ addresses }) => groupOf(addresses[0])));
  }

  /** Who may go; whom the user named, who anchors us and who is connected stays. */
  #droppable(): Candidate[] {
    return [...this.#all.values()].filter(
      ({ id, source, anchor }) => source !== "bootstrap" && !anchor && !this.#connectedSince.has(id),
    );
  }

  /** Hearsay before old friends, then whoever failed most. */
  #dropWorst(among: readonly Candidate[]): boolean {
    const discovered = among.filter(({ source }) => source === "discovered");
    const worst = (discovered.length > 0 ? discovered : among).reduce<Candidate | undefined>(
      (most, candidate) => (most && most.failures >= candidate.failures ? most : candidate),
      undefined,
    );
    return worst !== undefined && this.#all.delete(worst.id);
  }
}
