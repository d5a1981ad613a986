import { failureOf } from "./answering.ts";
import type { Delivery } from "./delivery.ts";
import { AgentLeftError, RequestTimeoutError, SpaceClosedError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { METHOD_TIMEOUT_MS, MOST_UNASKED_ANSWERS } from "./limits.ts";
import type { Member } from "./members.ts";
import type { Provenance } from "./provenance.ts";
import type { Threads } from "./thread.ts";
import type { Failure, Message, Receipt } from "./types.ts";

export interface OneWayParts {
  readonly delivery: Delivery;
  readonly threads: Threads;
  readonly provenance: Provenance<Member>;
  readonly now: () => number;
  /** Told what `answered` threw. */
  readonly problem: (error: unknown) => void;
}

/** Messages whose senders do not wait: a receipt comes back, and the answers go to `answered`. */
export class OneWay {
  readonly #parts: OneWayParts;

  constructor(parts: OneWayParts) {
    this.#parts = parts;
  }

  /** Delivers without waiting; answers go to the sender's `answered`. Never rejects. */
  async post(
    sender: Member,
    message: Message,
    to: string,
    { paid = false, later }: { readonly paid?: boolean; readonly later?: (receipt: Receipt) => void } = {},
  ): Promise<Receipt> {
    const { delivery } = this.#parts;
    try {
      const gateway = delivery.gatewayFor(to);
      if (gateway !== undefined) {
        await delivery.letGo(sender, message, to, paid);
        return await gateway.post(message, to, sender, later);
      }
      const exchange = delivery.ask(sender, message, to, { timeoutMs: METHOD_TIMEOUT_MS }, paid);
      exchange.begin();
      void this.#drain(sender, exchange);
      return this.#receipt(message, "delivered");
    } catch (error) {
      const failure = failureOf(error);
      return this.#receipt(message, failure.code === "no-such-agent" ? "lost" : "refused", failure);
    }
  }

  /** The same to everybody whom a broadcast reaches. Its receipt says `delivered` if anybody took it. */
  async postToAll(sender: Member, message: Message, toSelf = false): Promise<Receipt> {
    const { delivery } = this.#parts;
    const audience = delivery.audience(sender, toSelf);
    if (audience.length === 0)
      return this.#receipt(message, "lost", { code: "no-such-agent", message: "Nobody else is here" });
    try {
      delivery.charge(sender, audience.length);
    } catch (error) {
      return this.#receipt(message, "refused", failureOf(error));
    }
    const receipts = await Promise.all(
      audience.map(({ id }) => this.post(sender, message, id, { paid: true })),
    );
    const delivered = receipts.find(({ status }) => status === "delivered");
    return delivered ?? receipts[0] ?? this.#receipt(message, "lost");
  }

  /** An answer of another peer to a message that its sender did not wait for. */
  async answered(message: Message, member: Member): Promise<void> {
    const { provenance, threads, problem } = this.#parts;
    provenance.received(message, member);
    threads.remember(message);
    try {
      await member.node.answered?.(message);
    } catch (error) {
      problem(error);
    }
  }

  async #drain(sender: Member, exchange: Exchange): Promise<void> {
    try {
      for (let answers = 0; answers < MOST_UNASKED_ANSWERS; answers++) {
        const step = await exchange.next();
        if (step.done === true) return;
        await sender.node.answered?.(step.value);
      }
    } catch (error) {
      // Who left, or was too slow, stands in the audit trail.
      if (
        !(
          error instanceof AgentLeftError ||
          error instanceof RequestTimeoutError ||
          error instanceof SpaceClosedError
        )
      )
        this.#parts.problem(error);
    } finally {
      await exchange.return();
    }
  }

  #receipt({ id }: Message, status: Receipt["status"], failure?: Failure): Receipt {
    const why = failure && { code: failure.code, message: failure.message };
    return { id, status, ...why, at: this.#parts.now() };
  }
}
