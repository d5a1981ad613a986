import { peerIdFromString } from "@libp2p/peer-id";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import { withDeadline, within } from "../deadline.ts";
import { BlockTooLargeError, BlockUnavailableError, FetchQueueFullError } from "../errors.ts";
import {
  FETCH_STAGGER_MS,
  FETCH_WIDTH,
  MAX_DHT_PROVIDERS,
  MAX_FETCHES,
  MAX_HINTED_PROVIDERS,
  MAX_WAITING_FETCHES,
  PROVIDER_DIAL_AND_STALL_MS,
  PROVIDER_STALL_MS,
} from "../limits.ts";
import type { FetchOptions, Log } from "../options.ts";
import { reason } from "../safely.ts";
import type { BlockGivers } from "./block-givers.ts";
import { type BlockSource, nextSource } from "./block-sources.ts";
import type { BoundedBlockstore } from "./bounded-blockstore.ts";
import { hedged } from "./hedge.ts";
import { Turns } from "./turns.ts";

interface FetcherParts {
  helia: Helia;
  blockstore: BoundedBlockstore;
  givers: BlockGivers;
  /** A peer gave a block that was asked for. */
  took(peer: string, bytes: number): void;
  isConnected(peer: string): boolean;
  /** Connects to a peer known by its id. */
  reach(peer: string, signal: AbortSignal): Promise<void>;
  selfId: string;
  timeoutMs: number;
  /** Aborts when the network stops. */
  lifetime: AbortSignal;
  /** Milliseconds that never go back. */
  now(): number;
  log: Log;
}

/**
 * Gets blocks from other peers: the named providers, then whoever the DHT names. Each has a short while to itself before
 * the next is asked as well, so that those that are gone hold nobody up.
 */
export class BlockFetcher {
  readonly #parts: FetcherParts;
  readonly #turns = new Turns(MAX_FETCHES, MAX_WAITING_FETCHES);
  #fetched = 0;
  #failed = 0;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
  }

  stats(): { fetched: number; fetchFailures: number } {
    return { fetched: this.#fetched, fetchFailures: this.#failed };
  }

  /** Throws BlockUnavailableError, BlockTooLargeError, FetchQueueFullError, or the signal's reason. */
  async fetch(cid: CID, options: FetchOptions): Promise<Uint8Array> {
    if (this.#turns.full) throw new FetchQueueFullError(MAX_WAITING_FETCHES);
    const release = this.#parts.blockstore.limit(cid, options.maxBytes);
    const giver = this.#parts.givers.await(cid);
    let given = 0;
    try {
      const bytes = await this.#turns.run(options.signal, () => this.#fetchNow(cid, options));
      this.#fetched++;
      given = bytes.length;
      return bytes;
    } catch (error) {
      this.#failed++;
      throw error;
    } finally {
      release();
      const peer = giver();
      if (peer !== undefined && given > 0) this.#parts.took(peer, given);
    }
  }

  async #fetchNow(cid: CID, options: FetchOptions): Promise<Uint8Array> {
    const { timeoutMs, lifetime } = this.#parts;
    const failures: string[] = [];
    try {
      return await withDeadline(timeoutMs, [options.signal, lifetime], async (signal) => {
        const bytes = await this.#race(cid, options.providers, failures, signal);
        if (bytes) return bytes;
        throw new BlockUnavailableError(cid, failures.join("; "));
      });
    } catch (error) {
      if (error instanceof BlockUnavailableError || error instanceof BlockTooLargeError) throw error;
      // The caller gave up: its own reason says more than ours.
      options.signal.throwIfAborted();
      throw new BlockUnavailableError(cid, [...failures, reason(error)].join("; "), { cause: error });
    }
  }

  /** Throws BlockTooLargeError, which no other provider would mend, and the signal's reason. */
  async #race(
    cid: CID,
    named: readonly string[],
    failures: string[],
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const { isConnected, selfId, now, log } = this.#parts;
    const providers = [...new Set(named)].filter((peer) => peer !== selfId && isPeerId(peer));
    const tried = new Set<string>();
    let lookedUp = false;
    return await hedged<BlockSource, Uint8Array>({
      next: () => {
        const source = nextSource({
          providers,
          tried,
          lookedUp,
          maxProviders: MAX_HINTED_PROVIDERS,
          isConnected,
        });
        if (source?.kind === "provider") tried.add(source.peer);
        else lookedUp = true;
        return source;
      },
      attempt: (source, attemptSignal) => this.#attempt(cid, source, attemptSignal),
      failed: (source, error) => {
        const cause = firstCause(error);
        if (cause instanceof BlockTooLargeError) throw cause;
        const why = describe(cause, source);
        failures.push(why);
        log("debug", "a provider did not give a block", { cid: cid.toString(), why });
      },
      width: FETCH_WIDTH,
      staggerMs: FETCH_STAGGER_MS,
      signal,
      now,
    });
  }

  /** One bitswap session, with one named provider or with those of the DHT. */
  async #attempt(cid: CID, source: BlockSource, parent: AbortSignal): Promise<Uint8Array> {
    const ms = this.#patience(source);
    const work = withDeadline(ms, [parent], async (signal) => {
      if (source.kind === "provider") await this.#parts.reach(source.peer, signal);
      const session = this.#parts.helia.blockstore.createSession(
        cid,
        source.kind === "provider"
          ? { providers: [peerIdFromString(source.peer).toCID()], maxProviders: 1, signal }
          : { maxProviders: MAX_DHT_PROVIDERS, signal },
      );
      try {
        const chunks: Uint8Array[] = [];
        // Read by our DhtRouter: with a named provider there is nothing to look up.
        const lookup = { signal, useNetwork: source.kind === "lookup" };
        for await (const chunk of session.get(cid, lookup)) chunks.push(chunk);
        return new Uint8Array(Buffer.concat(chunks));
      } finally {
        session.close();
      }
    });
    // The second bound is for a session that does not heed its signal.
    const bytes = await within(ms + 500, work);
    if (bytes === undefined) throw new DOMException("did not answer", "TimeoutError");
    return bytes;
  }

  #patience(source: BlockSource): number {
    if (source.kind === "lookup") return this.#parts.timeoutMs;
    return this.#parts.isConnected(source.peer) ? PROVIDER_STALL_MS : PROVIDER_DIAL_AND_STALL_MS;
  }
}

function describe(cause: unknown, source: BlockSource): string {
  const nobody = cause instanceof Error && cause.name === "InsufficientProvidersError";
  if (source.kind === "lookup")
    return nobody ? "the DHT names nobody who has it" : `those the DHT names: ${reason(cause)}`;
  return nobody ? `${source.peer} does not have it` : `${source.peer}: ${reason(cause)}`;
}

/** Helia wraps what each broker said into an AggregateError-like list. */
function firstCause(error: unknown): unknown {
  if (error instanceof Error && "errors" in error && Array.isArray(error.errors))
    return error.errors[0] ?? error;
  return error;
}

function isPeerId(text: string): boolean {
  try {
    peerIdFromString(text);
    return true;
  } catch {
    return false;
  }
}
