import {
  type AgentMessage,
  CollectiveError,
  decodeLetterFrame,
  encodeLetterFrame,
  type Letter,
  type LetterReceipt,
  letterDigest,
  openReceipt,
  peerOf,
  type Signer,
  signLetter,
  type Verifier,
} from "@action-collective/protocol";
import type { LetterStream } from "../network/agents/letter-stream.ts";
import { withDeadline } from "../network/deadline.ts";
import {
  AnswerFailedError,
  AnswerOverdueError,
  NoPostThereError,
  PeerBlockedError,
  PeerUnreachableError,
  PostBusyError,
} from "./errors.ts";
import { failure } from "./failure.ts";
import {
  KEPT_MS,
  LETTER_WRITTEN_MS,
  MOST_ASKED_OF_PEER,
  MOST_SENT_ABROAD,
  REMOTE_RECEIPT_MS,
} from "./limits.ts";
import type { Answers, Outcome } from "./types.ts";

export interface EnvoyParts {
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly network: string;
  readonly clock: () => number;
  readonly lifetime: AbortSignal;
  readonly isBlocked: (peer: string) => boolean;
  /** A stream to that peer. */
  readonly open: (peer: string, signal: AbortSignal) => Promise<LetterStream>;
}

/** What came of one attempt to hand over a one-way letter; `later`: it may come again after that time. */
export type Attempt = Outcome | { readonly status: "later"; readonly retryAfterMs: number };

/** Takes letters to other peers, signed. */
export class Envoy {
  readonly #parts: EnvoyParts;
  /** Exchanges that ask, by peer. */
  readonly #asked = new Map<string, number>();
  #underWay = 0;

  constructor(parts: EnvoyParts) {
    this.#parts = parts;
  }

  /** Throws PeerBlockedError, PeerUnreachableError, NoPostThereError, PostBusyError, and the signal's reason. */
  async ask(peer: string, message: AgentMessage, signal: AbortSignal): Promise<Answers> {
    const expires = this.#parts.clock() + KEPT_MS;
    const asked = this.#asked.get(peer) ?? 0;
    if (asked >= MOST_ASKED_OF_PEER) throw new PostBusyError("This peer");
    this.#asked.set(peer, asked + 1);
    try {
      const { stream } = await this.#post(peer, { ask: true, expires, message }, signal);
      return new StreamAnswers(stream, message, peer, () => {
        this.#underWay--;
        this.#answered(peer);
      });
    } catch (error) {
      this.#answered(peer);
      throw error;
    }
  }

  /** @param expires from then on it need not be delivered. Throws what `ask` throws, AnswerOverdueError, and what is wrong with a receipt. */
  async send(peer: string, message: AgentMessage, expires: number): Promise<Attempt> {
    const { network, verifier, lifetime } = this.#parts;
    const { stream, letter } = await this.#post(peer, { ask: false, expires, message });
    try {
      const receipt = await withDeadline(REMOTE_RECEIPT_MS, [lifetime], async (bounded) =>
        openReceipt(await stream.read(bounded), { peer, letter, network, verifier }),
      );
      closeQuietly(stream);
      return attemptOf(receipt);
    } catch (error) {
      stream.reset(errorOf(error));
      lifetime.throwIfAborted();
      if (error instanceof DOMException && error.name === "TimeoutError")
        throw new AnswerOverdueError(REMOTE_RECEIPT_MS);
      throw error instanceof CollectiveError ? error : new PeerUnreachableError(peer, { cause: error });
    } finally {
      this.#underWay--;
    }
  }

  #answered(peer: string): void {
    const left = (this.#asked.get(peer) ?? 1) - 1;
    if (left === 0) this.#asked.delete(peer);
    else this.#asked.set(peer, left);
  }

  /** Counts as under way from here on, until whoever called says otherwise. */
  async #post(
    peer: string,
    letter: Omit<Letter, "sent">,
    signal?: AbortSignal,
  ): Promise<{ stream: LetterStream; letter: Uint8Array }> {
    const { signer, network, clock, open, isBlocked, lifetime } = this.#parts;
    if (isBlocked(peer)) throw new PeerBlockedError(peer);
    if (this.#underWay >= MOST_SENT_ABROAD) throw new PostBusyError("This peer");
    const bytes = signLetter({ ...letter, sent: clock() }, signer, network);
    this.#underWay++;
    try {
      return await withDeadline(LETTER_WRITTEN_MS, [signal, lifetime], async (bounded) => {
        const stream = await open(peer, bounded);
        try {
          await stream.write(bytes, bounded);
        } catch (error) {
          stream.reset(errorOf(error));
          throw error;
        }
        return { stream, letter: letterDigest(bytes) };
      });
    } catch (error) {
      this.#underWay--;
      signal?.throwIfAborted();
      lifetime.throwIfAborted();
      if (error instanceof Error && error.name === "UnsupportedProtocolError")
        throw new NoPostThereError(peer);
      if (error instanceof Error && /^TooManyOutbound/u.test(error.name))
        throw new PostBusyError("This peer");
      throw new PeerUnreachableError(peer, { cause: error });
    }
  }
}

/** Answers of another peer's agent, fetched over the stream of their letter. */
class StreamAnswers implements Answers {
  readonly #stream: LetterStream;
  readonly #message: AgentMessage;
  readonly #peer: string;
  readonly #ended: () => void;
  #over = false;

  constructor(stream: LetterStream, message: AgentMessage, peer: string, ended: () => void) {
    this.#stream = stream;
    this.#message = message;
    this.#peer = peer;
    this.#ended = ended;
  }

  async next(signal: AbortSignal): Promise<AgentMessage | undefined> {
    if (this.#over) return undefined;
    try {
      await this.#stream.write(encodeLetterFrame({ kind: "next" }), signal);
      const frame = decodeLetterFrame(await this.#stream.read(signal));
      switch (frame.kind) {
        case "answer":
          return this.#stamped(frame.message);
        case "end":
          closeQuietly(this.#stream);
          this.#end();
          return undefined;
        case "fail": {
          const { code, message } = failure(frame.code, frame.message);
          throw new AnswerFailedError(code, message);
        }
        case "next":
          throw new AnswerFailedError("malformed", "The other peer asked where it should have answered");
      }
    } catch (error) {
      this.cancel();
      signal.throwIfAborted();
      throw error instanceof CollectiveError ? error : new PeerUnreachableError(this.#peer, { cause: error });
    }
  }

  cancel(): void {
    if (this.#over) return;
    this.#stream.reset(new Error("nobody asks for more"));
    this.#end();
  }

  /** A peer speaks for its own agents only. */
  #stamped(answer: AgentMessage): AgentMessage {
    const { to, from } = this.#message;
    const known = peerOf(answer.from) === this.#peer && !answer.from.startsWith("*");
    return { ...answer, from: known ? answer.from : to, to: from };
  }

  #end(): void {
    this.#over = true;
    this.#ended();
  }
}

function attemptOf({ status, code = "refused", message = "", retryAfterMs }: LetterReceipt): Attempt {
  if (status !== "refused") return { status };
  if (retryAfterMs !== undefined) return { status: "later", retryAfterMs };
  return { status, ...failure(code, message) };
}

function closeQuietly(stream: LetterStream): void {
  stream.close(AbortSignal.timeout(1_000)).catch((error: unknown) => stream.reset(errorOf(error)));
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
