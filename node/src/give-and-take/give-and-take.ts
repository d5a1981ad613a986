import type { Dealings, Status } from "@action-collective/protocol";
import type { Dealt, DealtWith } from "../catalogue/dealings.ts";
import type { DealingsHandler, Log } from "../network/options.ts";
import {
  CONTENDED_MS,
  FLUSH_AFTER_MS,
  MAX_SHARES_CACHED,
  MAX_UNWRITTEN,
  PEERS_SHOWN,
  SHARE_CACHED_MS,
} from "./limits.ts";
import { type Merits, shareOf } from "./share.ts";
import { sumOf, Unwritten } from "./unwritten.ts";

/** What is written down of dealings; the catalogue provides it. */
interface Written {
  get(peer: string): Dealt;
  add(peer: string, change: Partial<Dealt>, now: number): void;
  top(most: number): DealtWith[];
  totals(): Dealt;
}

export interface GiveAndTakeParts {
  readonly written: Written;
  /** All or nothing: many changes cost one commit. */
  readonly transaction: <Result>(work: () => Result) => Result;
  /** What is known of a peer beside the bytes. */
  readonly merits: (
    peer: string,
  ) => Omit<Merits, "givenBytes" | "takenBytes"> & Pick<Dealings, "right" | "wrong">;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly log: Log;
}

/**
 * What this peer gives to others and takes from them, and the share of its capacity that follows for each. It is this
 * peer's own count: nothing of it crosses a wire, and nobody else's is asked for.
 */
export class GiveAndTake implements DealingsHandler {
  readonly #parts: GiveAndTakeParts;
  readonly #unwritten = new Unwritten();
  readonly #shares = new Map<string, { share: number; at: number }>();
  #putOffAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(parts: GiveAndTakeParts) {
    this.#parts = parts;
  }

  /** How much of a newcomer's ration a peer gets where there is not enough for all; see `shareOf`. */
  share(peer: string): number {
    const now = this.#parts.clock();
    const known = this.#shares.get(peer);
    if (known !== undefined && Math.abs(now - known.at) < SHARE_CACHED_MS) return known.share;
    return this.#reckon(peer);
  }

  /** A share as of now, kept for a while. */
  #reckon(peer: string): number {
    const known = this.#shares.get(peer);
    const share =
      this.#attempt("working out a share", () => shareOf(this.#meritsOf(peer))) ?? known?.share ?? 1;
    this.#shares.delete(peer);
    this.#shares.set(peer, { share, at: this.#parts.clock() });
    if (this.#shares.size > MAX_SHARES_CACHED) {
      const oldest = this.#shares.keys().next();
      if (!oldest.done) this.#shares.delete(oldest.value);
    }
    return share;
  }

  gave(peer: string, bytes: number): void {
    if (bytes > 0) this.#add(peer, { given: bytes });
  }

  took(peer: string, bytes: number): void {
    if (bytes > 0) this.#add(peer, { taken: bytes });
  }

  putOff(peer: string): void {
    this.#putOffAt = this.#parts.clock();
    this.#add(peer, { putOff: 1 });
  }

  /** With its share as of this moment, so that who just said something of a peer sees what follows from it. */
  of(peer: string): Dealings {
    const { given, taken, putOff } = this.#dealt(peer);
    const { right, wrong, useful } = this.#parts.merits(peer);
    return { givenBytes: given, takenBytes: taken, right, wrong, useful, share: this.#reckon(peer), putOff };
  }

  view(): Status["giveAndTake"] {
    const { given, taken, putOff } = sumOf(this.#parts.written.totals(), this.#unwritten.total());
    return {
      givenBytes: given,
      takenBytes: taken,
      putOff,
      contended: this.#parts.clock() - this.#putOffAt < CONTENDED_MS,
      peers: this.#mostDealtWith().map(({ peer, dealt }) => ({
        peer,
        givenBytes: dealt.given,
        takenBytes: dealt.taken,
        share: this.share(peer),
      })),
    };
  }

  /** Writes down what was not yet. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#flush();
  }

  #mostDealtWith(): { peer: string; dealt: Dealt }[] {
    const written = this.#parts.written.top(PEERS_SHOWN).map(({ peer }) => peer);
    const peers = [...new Set([...written, ...this.#unwritten.peers()])];
    return peers
      .map((peer) => ({ peer, dealt: this.#dealt(peer) }))
      .filter(({ dealt }) => dealt.given + dealt.taken > 0)
      .toSorted((a, b) => b.dealt.given + b.dealt.taken - a.dealt.given - a.dealt.taken)
      .slice(0, PEERS_SHOWN);
  }

  #dealt(peer: string): Dealt {
    return sumOf(this.#parts.written.get(peer), this.#unwritten.of(peer));
  }

  #meritsOf(peer: string): Merits {
    const { given, taken } = this.#dealt(peer);
    return { ...this.#parts.merits(peer), givenBytes: given, takenBytes: taken };
  }

  #add(peer: string, change: Partial<Dealt>): void {
    if (this.#stopped) return;
    this.#unwritten.add(peer, change);
    if (this.#unwritten.size >= MAX_UNWRITTEN) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS).unref();
  }

  /** What cannot be written (a full disk) is lost: it is worth less than the memory that would keep it. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = this.#unwritten.take();
    if (changes.size === 0) return;
    const { written, transaction, clock } = this.#parts;
    const now = clock();
    this.#attempt("writing down what was given and taken", () =>
      transaction(() => {
        for (const [peer, change] of changes) written.add(peer, change, now);
      }),
    );
  }

  /** The network calls from within its streams: it must not fail because the catalogue did. */
  #attempt<Result>(what: string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#parts.log("warn", `${what} failed`, { reason: String(error) });
      return undefined;
    }
  }
}
