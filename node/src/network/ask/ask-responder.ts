import {
  ASK_ANSWER_HEADER_BYTES,
  ASK_RECORD_HEADER_BYTES,
  type AskAnswer,
  type AskRequest,
  limits,
} from "@action-collective/protocol";
import { EARNED_SHARE } from "../../give-and-take/limits.ts";
import { Ration } from "../../give-and-take/ration.ts";
import {
  ASK_BUSY_MS,
  ASK_COST_PER_QUERY_BYTE,
  ASK_SEARCH_COST_BYTES,
  ASK_SERVED,
  MAX_ASK_ANSWERS,
  MAX_ASK_ANSWERS_EARNED,
} from "../limits.ts";
import type { DealingsHandler, Questions } from "../options.ts";

interface ResponderParts {
  readonly questions: Questions;
  readonly dealings: DealingsHandler;
  readonly now: () => number;
}

/** Answers neighbours' questions, all of them within one ration. No I/O of its own. */
export class AskResponder {
  readonly #parts: ResponderParts;
  readonly #ration: Ration;
  #answering = 0;
  #counts = { served: 0, putOff: 0 };

  constructor(parts: ResponderParts) {
    this.#parts = parts;
    this.#ration = new Ration(ASK_SERVED, (peer) => parts.dealings.share(peer), parts.now());
  }

  stats(): { served: number; putOff: number } {
    return { ...this.#counts };
  }

  /** @throws whatever the search throws; the neighbour paid for the attempt. */
  async answer(peer: string, request: AskRequest, signal: AbortSignal): Promise<AskAnswer> {
    const { questions, dealings, now } = this.#parts;
    const cost = ASK_SEARCH_COST_BYTES + ASK_COST_PER_QUERY_BYTE * Buffer.byteLength(request.query);
    const wait = this.#ration.waitFor(peer, cost, now());
    if (wait > 0) return this.#busy(peer, wait);
    const places = dealings.share(peer) < EARNED_SHARE ? MAX_ASK_ANSWERS : MAX_ASK_ANSWERS_EARNED;
    if (this.#answering >= places) return this.#busy(peer, ASK_BUSY_MS);
    // Before the work, so that what is asked meanwhile finds it paid.
    this.#ration.charge(peer, cost, now());
    this.#answering++;
    try {
      const records = fitting(await questions.answer(request, signal), request.count);
      const bytes = records.reduce((sum, record) => sum + record.length, 0);
      this.#ration.charge(peer, bytes, now());
      dealings.gave(peer, bytes);
      this.#counts.served++;
      return { kind: "records", records };
    } finally {
      this.#answering--;
    }
  }

  #busy(peer: string, retryAfterMs: number): AskAnswer {
    this.#counts.putOff++;
    this.#parts.dealings.putOff(peer);
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
