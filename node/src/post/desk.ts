import { type AgentFrame, type AgentMessage, peerOf } from "@action-collective/protocol";
import { DeskAnswers } from "./desk-answers.ts";
import {
  AgentLeftError,
  AnswerFailedError,
  AnswerOverdueError,
  NotPermittedError,
  PostBusyError,
} from "./errors.ts";
import { failure, failureHere, failureOf } from "./failure.ts";
import { FrameQueue } from "./frame-queue.ts";
import {
  FRAME_BYTES,
  MOST_EXCHANGES,
  MOST_EXCHANGES_ABROAD,
  MOST_EXCHANGES_WITH_PEER,
  RECEIPT_MS,
} from "./limits.ts";
import { addressOf, sizeOf } from "./messages.ts";
import { ownerOf } from "./residents.ts";
import { type Office, Sendings } from "./sendings.ts";
import type { Bearer, Bearers, Outcome, Resident } from "./types.ts";

/** Who is here, by name, over all desks. */
export interface Register {
  /** Throws NameTakenError, PostBusyError. */
  join(resident: Resident): void;
  leave(resident: Resident): void;
}

export interface DeskParts {
  readonly office: Office;
  readonly register: Register;
  readonly bearers: Bearers;
  /** As whom whoever opened it may act: nobody who joins here may more. */
  readonly bearer: Bearer;
  readonly clock: () => number;
  /** More waits than there is room for: it must be closed. */
  readonly overrun: () => void;
}

type Waiting =
  | {
      readonly kind: "answers";
      readonly resident: string;
      readonly asker: string;
      readonly answers: DeskAnswers;
    }
  | {
      readonly kind: "receipt";
      readonly resident: string;
      readonly asker: string;
      readonly told: (outcome: Outcome | "gone") => void;
    };

/** One space's connection to the peer: its agents, what it sends and what is sent to it. */
export class Desk {
  readonly queue = new FrameQueue();
  readonly #parts: DeskParts;
  readonly #sendings: Sendings;
  readonly #residents = new Map<string, Resident>();
  /** How to stop waiting for the end of their capabilities. */
  readonly #watching = new Map<Resident, () => void>();
  /** The exchanges that the peer opened. */
  readonly #opened = new Map<string, Waiting>();
  #names = 0;
  #closed = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#sendings = new Sendings({
      office: parts.office,
      resident: (name) => this.#residents.get(name),
      push: (frame) => this.#push(frame),
      pushAnswer: (frame, bytes) => this.queue.fits(bytes) && this.queue.push(frame, bytes),
      clock: parts.clock,
    });
  }

  /** Whether whoever calls with this may use the desk. */
  isOf(bearer: Bearer): boolean {
    const own = this.#parts.bearer.ids.at(-1);
    return own === bearer.ids.at(-1);
  }

  get isUsers(): boolean {
    return this.#parts.bearer.agent === undefined;
  }

  take(frame: AgentFrame): void {
    if (this.#closed) return;
    switch (frame.kind) {
      case "join":
        this.#join(frame);
        break;
      case "leave":
        this.#leave(frame.agent);
        break;
      case "letter":
        this.#sendings.letter(frame);
        break;
      case "next":
        this.#sendings.next(frame.exchange);
        break;
      case "cancel":
        this.#sendings.cancel(frame.exchange);
        break;
      case "answer":
        this.#answered(frame.exchange, frame.message);
        break;
      case "end":
        this.#answers(frame.exchange)?.end();
        break;
      case "fail":
        this.#failed(frame.exchange, new AnswerFailedError(...words(frame)));
        break;
      case "receipt": {
        const { status, code = "refused", message = "" } = frame.receipt;
        const refused = () => ({ status: "refused" as const, ...failure(code, message) });
        this.#received(frame.exchange, status === "delivered" ? { status } : refused());
        break;
      }
      case "joined":
      case "refused":
        // Said by the peer only.
        return;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const name of [...this.#residents.keys()]) this.#leave(name);
    this.#sendings.close();
    this.queue.close();
  }

  #join({ agent: name, expose, capability }: Extract<AgentFrame, { kind: "join" }>): void {
    try {
      const bearer = this.#bearerOf(name, capability);
      if (expose && !bearer.privileges().expose)
        throw new NotPermittedError("to be reached from other peers");
      const resident: Resident = {
        name,
        exposed: expose,
        bearer,
        owner: ownerOf(this.#parts.bearer),
        ask: (message) => this.#askSpace(name, message),
        deliver: (message, signal) => this.#deliverToSpace(name, message, signal),
      };
      this.#parts.register.join(resident);
      this.#residents.set(name, resident);
      this.#push({ kind: "joined", agent: name, address: this.#addressOf(name) });
      this.#watching.set(
        resident,
        bearer.watch(() => this.#gone(resident)),
      );
    } catch (error) {
      this.#push({ kind: "refused", agent: name, ...failureHere(error) });
    }
  }

  /** The narrower of the desk's own and the one that came with the agent. */
  #bearerOf(name: string, token: string | undefined): Bearer {
    const { bearer: own, bearers } = this.#parts;
    if (token === undefined) {
      // Whoever else is there has a capability, by which it counts among the agents that there may be.
      if (own.agent !== undefined && own.agent !== name) throw new NotPermittedError(`to be here as ${name}`);
      return own;
    }
    const bearer = bearers.open(token);
    if (bearer.agent !== name) throw new NotPermittedError(`to be here as ${name}`);
    const last = own.ids.at(-1);
    if (last !== undefined && !bearer.ids.includes(last))
      throw new NotPermittedError("the capability was not cut from that of its desk");
    return bearer;
  }

  #leave(name: string): void {
    const resident = this.#residents.get(name);
    if (resident === undefined) return;
    this.#residents.delete(name);
    this.#gone(resident);
  }

  /** It left, or its capability ended: then its space may still say so, and is told why it can do nothing. */
  #gone(resident: Resident): void {
    const { name } = resident;
    this.#watching.get(resident)?.();
    this.#watching.delete(resident);
    this.#parts.register.leave(resident);
    this.#sendings.left(resident);
    for (const [exchange, waiting] of this.#opened) {
      if (waiting.resident !== name) continue;
      if (waiting.kind === "answers") this.#failed(exchange, new AgentLeftError(name));
      else this.#received(exchange, "gone");
    }
  }

  #askSpace(resident: string, message: AgentMessage): DeskAnswers {
    const exchange = this.#open(message);
    const answers = new DeskAnswers({
      askNext: () => this.#push({ kind: "next", exchange }),
      tellCancelled: () => this.#push({ kind: "cancel", exchange }),
      ended: () => this.#opened.delete(exchange),
    });
    this.#opened.set(exchange, { kind: "answers", resident, asker: message.from, answers });
    this.#pushMessage({ kind: "letter", exchange, ask: true, message }, message);
    return answers;
  }

  #deliverToSpace(resident: string, message: AgentMessage, signal: AbortSignal): Promise<Outcome | "gone"> {
    const exchange = this.#open(message);
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        this.#opened.delete(exchange);
      };
      const abort = () => {
        done();
        this.#push({ kind: "cancel", exchange });
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        done();
        reject(new AnswerOverdueError(RECEIPT_MS));
      }, RECEIPT_MS);
      signal.addEventListener("abort", abort, { once: true });
      const told = (outcome: Outcome | "gone") => {
        done();
        resolve(outcome);
      };
      this.#opened.set(exchange, { kind: "receipt", resident, asker: message.from, told });
      this.#pushMessage({ kind: "letter", exchange, ask: false, message }, message);
    });
  }

  /** A name for a new exchange. Throws PostBusyError. */
  #open(message: AgentMessage): string {
    const isFull = this.#opened.size >= MOST_EXCHANGES || this.#isFullFor(message.from);
    if (isFull || !this.queue.fits(sizeOf(message) + FRAME_BYTES)) throw new PostBusyError("The other side");
    this.#names++;
    return `p${this.#names}`;
  }

  /** Room is kept for other peers, and for agents of this one. */
  #isFullFor(asker: string): boolean {
    const peer = peerOf(asker);
    if (peer === this.#parts.office.self) return false;
    let ofPeer = 0;
    let abroad = 0;
    for (const { asker: other } of this.#opened.values()) {
      const from = peerOf(other);
      if (from === peer) ofPeer++;
      if (from !== this.#parts.office.self) abroad++;
    }
    return ofPeer >= MOST_EXCHANGES_WITH_PEER || abroad >= MOST_EXCHANGES_ABROAD;
  }

  #answered(exchange: string, message: AgentMessage): void {
    const waiting = this.#opened.get(exchange);
    if (waiting?.kind !== "answers") return;
    try {
      sizeOf(message);
      const from = this.#speaker(message.from, waiting.resident);
      waiting.answers.answered({ ...message, from, to: waiting.asker });
    } catch (error) {
      this.#push({ kind: "cancel", exchange });
      waiting.answers.fail(error);
    }
  }

  /** Addresses are the peer's to write: an answer is of the one who was asked, or of one here whom all may know. */
  #speaker(from: string, asked: string): string {
    const { name, peer } = addressOf(from, this.#parts.office.self);
    const known = peer === this.#parts.office.self && this.#residents.get(name)?.exposed === true;
    return this.#addressOf(known ? name : asked);
  }

  #addressOf(name: string): string {
    return `${name}@${this.#parts.office.self}`;
  }

  #answers(exchange: string): DeskAnswers | undefined {
    const waiting = this.#opened.get(exchange);
    return waiting?.kind === "answers" ? waiting.answers : undefined;
  }

  #failed(exchange: string, error: unknown): void {
    const waiting = this.#opened.get(exchange);
    if (waiting?.kind === "answers") waiting.answers.fail(error);
    else if (waiting?.kind === "receipt") waiting.told({ status: "refused", ...failureOf(error) });
  }

  #received(exchange: string, outcome: Outcome | "gone"): void {
    const waiting = this.#opened.get(exchange);
    if (waiting?.kind === "receipt") waiting.told(outcome);
  }

  #pushMessage(frame: AgentFrame, message: AgentMessage): void {
    if (!this.queue.push(frame, sizeOf(message) + FRAME_BYTES)) this.#parts.overrun();
  }

  #push(frame: AgentFrame): void {
    if (!this.#closed && !this.queue.push(frame)) this.#parts.overrun();
  }
}

function words({ code, message }: { readonly code: string; readonly message: string }): [string, string] {
  const cleaned = failure(code, message);
  return [cleaned.code, cleaned.message];
}
