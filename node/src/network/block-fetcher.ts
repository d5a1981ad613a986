import { peerIdFromString } from "@libp2p/peer-id";
import type { Helia } from "helia";
import type { CID } from "multiformats/cid";
import type { BoundedBlockstore } from "./bounded-blockstore.ts";
import { withDeadline, within } from "./deadline.ts";
import { BlockTooLargeError, BlockUnavailableError, FetchQueueFullError } from "./errors.ts";
import {
  MAX_DHT_PROVIDERS,
  MAX_FETCHES,
  MAX_HINTED_PROVIDERS,
  MAX_WAITING_FETCHES,
  PROVIDER_DIAL_AND_STALL_MS,
  PROVIDER_STALL_MS,
} from "./limits.ts";
import type { FetchOptions, Log } from "./options.ts";
import { reason } from "./safely.ts";
import { Turns } from "./turns.ts";

interface FetcherParts {
  helia: Helia;
  blockstore: BoundedBlockstore;
  isConnected(peer: string): boolean;
  /** Connects to a peer known by its id. */
  reach(peer: string, signal: AbortSignal): Promise<void>;
  selfId: string;
  timeoutMs: number;
  /** Aborts when the network stops. */
  lifetime: AbortSignal;
  log: Log;
}

/** Gets blocks from other peers: the named providers one after another, then whoever the DHT names. */
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
    try {
      const bytes = await this.#turns.run(options.signal, () => this.#fetchNow(cid, options));
      this.#fetched++;
      return bytes;
    } catch (error) {
      this.#failed++;
      throw error;
    } finally {
      release();
    }
  }

  async #fetchNow(cid: CID, options: FetchOptions): Promise<Uint8Array> {
    const { timeoutMs, lifetime } = this.#parts;
    const failures: string[] = [];
    try {
      return await withDeadline(timeoutMs, [options.signal, lifetime], async (signal) => {
        for (const provider of this.#inOrder(options.providers)) {
          const stallMs = this.#parts.isConnected(provider) ? PROVIDER_STALL_MS : PROVIDER_DIAL_AND_STALL_MS;
          const bytes = await this.#attempt(cid, stallMs, signal, failures, provider);
          if (bytes) return bytes;
        }
        const bytes = await this.#attempt(cid, timeoutMs, signal, failures);
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

  /** Connected providers first, each once, ourselves never. */
  #inOrder(providers: readonly string[]): string[] {
    const { isConnected, selfId } = this.#parts;
    const others = [...new Set(providers)].filter((peer) => peer !== selfId && isPeerId(peer));
    const connected = others.filter((peer) => isConnected(peer));
    const rest = others.filter((peer) => !isConnected(peer));
    return [...connected, ...rest].slice(0, MAX_HINTED_PROVIDERS);
  }

  /** One bitswap session, with one named provider or with those of the DHT. Undefined when it came to nothing. */
  async #attempt(
    cid: CID,
    ms: number,
    parent: AbortSignal,
    failures: string[],
    provider?: string,
  ): Promise<Uint8Array | undefined> {
    const work = withDeadline(ms, [parent], async (signal) => {
      if (provider) await this.#parts.reach(provider, signal);
      const session = this.#parts.helia.blockstore.createSession(
        cid,
        provider
          ? { providers: [peerIdFromString(provider).toCID()], maxProviders: 1, signal }
          : { maxProviders: MAX_DHT_PROVIDERS, signal },
      );
      try {
        const chunks: Uint8Array[] = [];
        // Read by our DhtRouter: with a named provider there is nothing to look up.
        const lookup = { signal, useNetwork: provider === undefined };
        for await (const chunk of session.get(cid, lookup)) chunks.push(chunk);
        return new Uint8Array(Buffer.concat(chunks));
      } finally {
        session.close();
      }
    });
    try {
      // The second bound is for a session that does not heed its signal.
      const bytes = await within(ms + 500, work);
      if (bytes) return bytes;
      failures.push(provider ? `${provider} did not answer` : "whom the DHT named did not answer");
    } catch (error) {
      const cause = firstCause(error);
      if (cause instanceof BlockTooLargeError) throw cause;
      failures.push(describe(cause, provider));
    }
    parent.throwIfAborted();
    this.#parts.log("debug", "a provider did not give a block", {
      cid: cid.toString(),
      why: failures.at(-1),
    });
    return undefined;
  }
}

function describe(cause: unknown, provider: string | undefined): string {
  const nobody = cause instanceof Error && cause.name === "InsufficientProvidersError";
  if (provider) return nobody ? `${provider} does not have it` : `${provider}: ${reason(cause)}`;
  return nobody ? "the DHT names nobody who has it" : `those the DHT names: ${reason(cause)}`;
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
