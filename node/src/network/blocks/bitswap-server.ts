import type { PeerId } from "@libp2p/interface";
import { CID } from "multiformats/cid";
import * as raw from "multiformats/codecs/raw";
import { EARNED_SHARE } from "../../give-and-take/limits.ts";
import { Ration } from "../../give-and-take/ration.ts";
import { KeyedBuckets } from "../../token-bucket.ts";
import {
  BITSWAP_ENTRIES,
  BITSWAP_SERVED,
  BITSWAP_WANT_COST_BYTES,
  MAX_BITSWAP_SERVING,
  MAX_BITSWAP_WAIT_MS,
  MAX_BITSWAP_WANTS,
  MAX_BLOCK_BYTES,
  MAX_RATED_PEERS,
} from "../limits.ts";
import type { DealingsHandler, Log } from "../options.ts";
import { reason } from "../safely.ts";
import type { WantEntry } from "./bitswap-message.ts";
import { Turns } from "./turns.ts";

const DAG_CBOR = 0x71;
const SHA2_256 = 0x12;

/** What a neighbour is told about one block. */
export type WantAnswer =
  | { kind: "block"; cid: CID; data: Uint8Array }
  | { kind: "have" | "dont-have"; cid: CID };

interface Want {
  cid: CID;
  have: boolean;
  sendDontHave: boolean;
}

interface ServerParts {
  /** Undefined when we do not hold it; rejects when it could not be read. */
  read(cid: CID): Promise<Uint8Array | undefined>;
  /** Sends a few answers, at most about one largest block; rejects when the neighbour does not take them in time. */
  send(peer: PeerId, answers: readonly WantAnswer[]): Promise<void>;
  readonly dealings: DealingsHandler;
  /** Resolves after so many milliseconds, rejects when we stop. */
  wait(ms: number): Promise<void>;
  lifetime: AbortSignal;
  now(): number;
  log: Log;
}

/**
 * Gives blocks to neighbours, in place of the package's ledgers, which read everything a neighbour wants into memory at
 * once, look it all up again with every message, and know no rates. Here each neighbour has a short list of wants and a part
 * of one ration, one block is read at a time, and nothing is read before what was sent is taken. What is beyond the ration is
 * answered like a block we do not have, and what is beyond the rate of wants or their number not at all: whoever wants it
 * asks somebody else, or again.
 */
export class BitswapServer {
  readonly #parts: ServerParts;
  readonly #wants = new Map<string, Map<string, Want>>();
  readonly #entries = new KeyedBuckets(BITSWAP_ENTRIES, MAX_RATED_PEERS);
  readonly #ration: Ration;
  /** Strangers who take their time keep nobody waiting who earned better. */
  readonly #turns = {
    earned: new Turns(MAX_BITSWAP_SERVING, MAX_RATED_PEERS),
    others: new Turns(MAX_BITSWAP_SERVING, MAX_RATED_PEERS),
  };
  #dropped = 0;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#ration = new Ration(BITSWAP_SERVED, (peer) => parts.dealings.share(peer), parts.now());
  }

  /** Wants that were over a ration. */
  get dropped(): number {
    return this.#dropped;
  }

  receive(peer: PeerId, entries: readonly WantEntry[]): void {
    const { now, lifetime, log } = this.#parts;
    const id = peer.toString();
    const serving = this.#wants.get(id);
    const wants = serving ?? new Map<string, Want>();
    for (const entry of entries) {
      if (!this.#entries.get(id, now()).take(1, now())) {
        this.#dropped++;
        continue;
      }
      const cid = parseCid(entry.cid);
      if (!cid) continue;
      const key = cid.toString();
      if (entry.cancel) wants.delete(key);
      else if (wants.size >= MAX_BITSWAP_WANTS && !wants.has(key)) this.#dropped++;
      else wants.set(key, { cid, have: entry.have, sendDontHave: entry.sendDontHave });
    }
    if (serving || wants.size === 0 || lifetime.aborted) return;
    this.#wants.set(id, wants);
    this.#serve(peer, id, wants).catch((error: unknown) => {
      this.#wants.delete(id);
      log("debug", "serving blocks ended", { peer: id, reason: reason(error) });
    });
  }

  async #serve(peer: PeerId, id: string, wants: Map<string, Want>): Promise<void> {
    const { lifetime, send, wait, dealings } = this.#parts;
    /** How long it still waits for the next want to be dealt with; a longer wait would outlast the patience of who asks. */
    let patience = MAX_BITSWAP_WAIT_MS;
    const isBearable = (ms: number) => ms > 0 && ms <= patience;
    while (wants.size > 0) {
      // Not in a turn: others may have it meanwhile.
      const ms = this.#untilServed(id);
      if (isBearable(ms)) {
        patience -= ms;
        await wait(ms);
        continue;
      }
      const turns = dealings.share(id) < EARNED_SHARE ? this.#turns.others : this.#turns.earned;
      await turns.run(lifetime, async () => {
        const answers: WantAnswer[] = [];
        let bytes = 0;
        for (const [key, want] of wants) {
          if (isBearable(this.#untilServed(id))) break;
          wants.delete(key);
          const answer = await this.#answer(id, want);
          patience = MAX_BITSWAP_WAIT_MS;
          if (!answer) continue;
          answers.push(answer);
          bytes += answer.kind === "block" ? answer.data.length : 0;
          // Half a message: the next block may be as large as one can be.
          if (bytes >= MAX_BLOCK_BYTES / 2 || answers.length >= MAX_ANSWERS) break;
        }
        if (answers.length > 0) await send(peer, answers);
        dealings.gave(id, bytes);
      });
    }
    // At once: what is wanted from now on begins anew, and is not added to a list that nobody serves any more.
    this.#wants.delete(id);
  }

  async #answer(peer: string, { cid, have, sendDontHave }: Want): Promise<WantAnswer | undefined> {
    const no: WantAnswer | undefined = sendDontHave ? { kind: "dont-have", cid } : undefined;
    if (!isServed(cid)) return no;
    if (this.#untilServed(peer) > 0) {
      this.#dropped++;
      this.#parts.dealings.putOff(peer);
      return no;
    }
    const data = await this.#read(cid);
    const cost = BITSWAP_WANT_COST_BYTES + (data && !have ? data.length : 0);
    this.#ration.charge(peer, cost, this.#parts.now());
    if (!data || data.length > MAX_BLOCK_BYTES) return no;
    return have ? { kind: "have", cid } : { kind: "block", cid, data };
  }

  /** A block that cannot be read now keeps no answer about another one back. */
  async #read(cid: CID): Promise<Uint8Array | undefined> {
    try {
      return await this.#parts.read(cid);
    } catch (error) {
      this.#parts.log("debug", "a block could not be read", { cid: cid.toString(), reason: reason(error) });
      return undefined;
    }
  }

  /** Milliseconds, 0 for now. */
  #untilServed(peer: string): number {
    return this.#ration.waitFor(peer, BITSWAP_WANT_COST_BYTES, this.#parts.now());
  }
}

/** Answers in one message. */
const MAX_ANSWERS = 64;

function parseCid(bytes: Uint8Array): CID | undefined {
  try {
    return CID.decode(bytes);
  } catch {
    return undefined;
  }
}

function isServed({ version, code, multihash }: CID): boolean {
  const ours = code === raw.code || code === DAG_CBOR;
  return version === 1 && ours && multihash.code === SHA2_256 && multihash.size === 32;
}
