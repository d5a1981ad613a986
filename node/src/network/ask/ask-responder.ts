import {
  ASK_ANSWER_HEADER_BYTES,
  ASK_RECORD_HEADER_BYTES,
  type AskAnswer,
  type AskRequest,
  limits,
} from "@action-collective/protocol";
import { KeyedBuckets, TokenBucket } from "../../token-bucket.ts";
import {
  ASK_BURST_BYTES,
  ASK_BUSY_MS,
  ASK_BYTES_PER_SECOND,
  ASK_COST_PER_QUERY_BYTE,
  ASK_SEARCH_COST_BYTES,
  ASK_TOTAL_BURST_BYTES,
  ASK_TOTAL_BYTES_PER_SECOND,
  MAX_ASK_ANSWERS,
  MAX_RATED_PEERS,
} from "../limits.ts";
import type { Questions } from "../options.ts";

interface ResponderParts {
  readonly questions: Questions;
  readonly now: () => number;
}

/** A neighbour's share of the ration is held within these: nobody is shut out, and nobody takes everything. */
const LEAST_SHARE = 0.25;
const LARGEST_SHARE = 4;

/** Answers neighbours' questions, each neighbour within its ration and all of them within one. No I/O of its own. */
export class AskResponder {
  readonly #parts: ResponderParts;
  readonly #rations = new KeyedBuckets(
    { capacity: ASK_BURST_BYTES, perSecond: ASK_BYTES_PER_SECOND },
    MAX_RATED_PEERS,
  );
  readonly #total: TokenBucket;
  #answering = 0;
  #counts = { served: 0, putOff: 0 };

  constructor(parts: ResponderParts) {
    this.#parts = parts;
    const perSecond = ASK_TOTAL_BYTES_PER_SECOND;
    this.#total = new TokenBucket({ capacity: ASK_TOTAL_BURST_BYTES, perSecond }, parts.now());
  }

  stats(): { served: number; putOff: number } {
    return { ...this.#counts };
  }

  /** @throws whatever the search throws; the neighbour paid for the attempt. */
  async answer(peer: string, request: AskRequest, signal: AbortSignal): Promise<AskAnswer> {
    const { questions, now } = this.#parts;
    const share = Math.min(Math.max(questions.share(peer), LEAST_SHARE), LARGEST_SHARE);
    const cost = ASK_SEARCH_COST_BYTES + ASK_COST_PER_QUERY_BYTE * Buffer.byteLength(request.query);
    const ration = this.#rations.get(peer, now());
    const wait = Math.max(ration.waitFor(cost / share, now()), this.#total.waitFor(cost, now()));
    if (wait > 0) return this.#busy(wait);
    if (this.#answering >= MAX_ASK_ANSWERS) return this.#busy(ASK_BUSY_MS);
    // Before the work, so that what is asked meanwhile finds it paid.
    const charge = (bytes: number) => {
      ration.charge(bytes / share, now());
      this.#total.charge(bytes, now());
    };
    charge(cost);
    this.#answering++;
    try {
      const records = fitting(await questions.answer(request, signal), request.count);
      charge(records.reduce((sum, record) => sum + record.length, 0));
      this.#counts.served++;
      return { kind: "records", records };
    } finally {
      this.#answering--;
    }
  }

  #busy(retryAfterMs: number): AskAnswer {
    this.#counts.putOff++;
    return { kind: "busy", retryAfterMs };
  }
}

/** The first of them that fit one answer. */
function fitting(records: readonly Uint8Array[], count: number): Uint8Array[] {
  const taken: Uint8Array[] = [];
  let left: number = limits.askAnswerBytes - ASK_ANSWER_HEADER_BYTES;
  for (const record of records) {
    if (taken.length === Math.min(count, limits.askRecords)) break;
    const size = ASK_RECORD_HEADER_BYTES + record.length;
    if (record.length === 0 || record.length > limits.recordBytes || size > left) continue;
    taken.push(record);
    left -= size;
  }
  return taken;
}
