import type { AgentFrame, AgentMessage, MessageReceipt } from "@action-collective/protocol";
import { failureOf } from "../answering.ts";
import { NotDeliveredError } from "../errors.ts";
import type { Receipt } from "../types.ts";
import { PeerBusyError, PeerLostError } from "./errors.ts";
import { MOST_KEPT, MOST_REMOTE_EXCHANGES, RECEIPT_MS } from "./limits.ts";

type Kind<K extends AgentFrame["kind"]> = Extract<AgentFrame, { kind: K }>;

interface Asking {
  readonly kind: "ask";
  wanted:
    | { resolve(step: IteratorResult<AgentMessage, undefined>): void; reject(error: unknown): void }
    | undefined;
  /** Why it ended without having been asked. */
  failed: unknown;
}

interface Sending {
  readonly kind: "send";
  /** The message's. */
  readonly id: string;
  readonly told: (receipt: Receipt) => void;
  readonly later: ((receipt: Receipt) => void) | undefined;
}

export interface OutgoingParts {
  readonly push: (frame: AgentFrame) => void;
  readonly now: () => number;
}

/** The exchanges that members open with agents of other peers. */
export class Outgoing {
  readonly #parts: OutgoingParts;
  readonly #open = new Map<string, Asking | Sending>();
  /** Which have a receipt that says so, and may have another. */
  readonly #kept = new Map<string, (receipt: Receipt) => void>();
  #names = 0;

  constructor(parts: OutgoingParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Answers are asked for one at a time. @throws {PeerBusyError} */
  ask(message: AgentMessage): AsyncIterator<AgentMessage, undefined> {
    const asking: Asking = { kind: "ask", wanted: undefined, failed: undefined };
    const exchange = this.#name(asking);
    this.#push(exchange, { kind: "letter", exchange, ask: true, message });
    return {
      next: () => {
        if (asking.failed !== undefined) return Promise.reject(asking.failed);
        if (this.#open.get(exchange) !== asking) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve, reject) => {
          asking.wanted = { resolve, reject };
          this.#push(exchange, { kind: "next", exchange });
        });
      },
      return: async () => {
        if (this.#open.get(exchange) === asking) {
          this.#push(exchange, { kind: "cancel", exchange });
          this.#open.delete(exchange);
          asking.wanted?.resolve({ done: true, value: undefined });
        }
        return { done: true, value: undefined };
      },
    };
  }

  /**
   * Never rejects.
   * @param later told of a second receipt, where the first says `kept` and the connection lasts
   */
  async post(message: AgentMessage, later?: (receipt: Receipt) => void): Promise<Receipt> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Receipt>((resolve) => {
        const exchange = this.#name({ kind: "send", id: message.id, told: resolve, later });
        timer = setTimeout(() => {
          this.#open.delete(exchange);
          resolve(this.#lost(message.id, new PeerLostError()));
        }, RECEIPT_MS);
        this.#push(exchange, { kind: "letter", exchange, ask: false, message });
      });
    } catch (error) {
      return this.#lost(message.id, error);
    } finally {
      clearTimeout(timer);
    }
  }

  answer({ exchange, message }: Kind<"answer">): void {
    const asking = this.#open.get(exchange);
    if (asking?.kind !== "ask" || asking.wanted === undefined) return;
    const { resolve } = asking.wanted;
    asking.wanted = undefined;
    resolve({ done: false, value: message });
  }

  end({ exchange }: Kind<"end">): void {
    const asking = this.#open.get(exchange);
    if (asking?.kind !== "ask") return;
    this.#open.delete(exchange);
    asking.wanted?.resolve({ done: true, value: undefined });
  }

  fail({ exchange, code, message }: Kind<"fail">): void {
    this.#fail(exchange, new NotDeliveredError(code, message));
  }

  receipt({ exchange, receipt }: Kind<"receipt">): void {
    const later = this.#kept.get(exchange);
    this.#kept.delete(exchange);
    later?.(plain(receipt));
    const sending = this.#open.get(exchange);
    if (sending?.kind !== "send") return;
    this.#open.delete(exchange);
    if (receipt.status === "kept" && sending.later !== undefined) this.#keep(exchange, sending.later);
    sending.told(plain(receipt));
  }

  /** Ends all of them. */
  lost(error: unknown): void {
    for (const [exchange, each] of [...this.#open])
      if (each.kind === "ask") this.#fail(exchange, error);
      else {
        this.#open.delete(exchange);
        each.told(this.#lost(each.id, error));
      }
    this.#kept.clear();
  }

  #fail(exchange: string, error: unknown): void {
    const asking = this.#open.get(exchange);
    if (asking?.kind !== "ask") return;
    this.#open.delete(exchange);
    if (asking.wanted === undefined) asking.failed = error;
    else asking.wanted.reject(error);
  }

  #keep(exchange: string, later: (receipt: Receipt) => void): void {
    this.#kept.set(exchange, later);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  #lost(id: string, error: unknown): Receipt {
    const { code, message } = failureOf(error);
    return { id, status: "lost", code, message, at: this.#parts.now() };
  }

  #name(each: Asking | Sending): string {
    if (this.#open.size >= MOST_REMOTE_EXCHANGES) throw new PeerBusyError();
    this.#names += 1;
    const exchange = `s${this.#names}`;
    this.#open.set(exchange, each);
    return exchange;
  }

  #push(exchange: string, frame: AgentFrame): void {
    try {
      this.#parts.push(frame);
    } catch (error) {
      this.#open.delete(exchange);
      throw error;
    }
  }
}

function plain({ id, status, code, message, at }: MessageReceipt): Receipt {
  return {
    id,
    status,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    at,
  };
}
