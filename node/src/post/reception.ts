import {
  type AgentMessage,
  decodeLetterFrame,
  encodeLetterFrame,
  type LetterReceipt,
  MalformedError,
  type OpenLetter,
  openLetter,
  type Signer,
  signReceipt,
  staleness,
  type Verifier,
} from "@action-collective/protocol";
import { EARNED_SHARE } from "../give-and-take/limits.ts";
import { Ration } from "../give-and-take/ration.ts";
import type { LetterStream } from "../network/agents/letter-stream.ts";
import { pause, withDeadline } from "../network/deadline.ts";
import type { LettersHandler, Log } from "../network/options.ts";
import { KeyedBuckets } from "../token-bucket.ts";
import { LetterNotFreshError, LetterRepeatedError, NoSuchAgentError, PostBusyError } from "./errors.ts";
import { failureOf, refusalOf } from "./failure.ts";
import {
  BAD_LETTER_COST_BYTES,
  BUSY_ANSWERS,
  FRAME_WRITTEN_MS,
  LETTER_COST_BYTES,
  LETTER_READ_MS,
  LETTERS_SERVED,
  LONGEST_BREATH_MS,
  MOST_SERVED,
  MOST_SERVED_NEWCOMERS,
  MOST_SERVED_PER_PEER,
  RECEIPT_MS,
  REMOTE_ANSWER_MS,
  REMOTE_IDLE_MS,
} from "./limits.ts";
import type { LocalPost, Reachable } from "./local-post.ts";
import type { Mailboxes } from "./mailboxes.ts";
import { type Address, addressOf, sizeOf } from "./messages.ts";
import type { Repliable } from "./repliable.ts";
import { type SeenLetters, wayOf } from "./seen-letters.ts";
import type { Answers, Outcome } from "./types.ts";
import type { Watchers } from "./watchers.ts";

interface ReceptionParts {
  readonly self: string;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly network: string;
  readonly local: LocalPost;
  readonly mailboxes: Mailboxes;
  readonly seen: SeenLetters;
  readonly watchers: Watchers;
  readonly repliable: Repliable;
  readonly isBlocked: (peer: string) => boolean;
  /** How much of a newcomer's ration a peer gets. */
  readonly share: (peer: string) => number;
  readonly clock: () => number;
  /** Ends before the network does: what is under way then comes again. */
  readonly lifetime: AbortSignal;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly log: Log;
}

/** What a letter costs at its peer's ration, and how long that peer must wait for it; 0: not at all. */
interface Charged {
  readonly waitMs: number;
}

/** Takes in letters of other peers: checks, rations, and hands them to the agents that are exposed. */
export class Reception implements LettersHandler {
  readonly #parts: ReceptionParts;
  readonly #ration: Ration;
  readonly #refusals = new KeyedBuckets(BUSY_ANSWERS, LETTERS_SERVED.maxPeers);
  /** Exchanges under way, by peer. */
  readonly #underWay = new Map<string, number>();
  #total = 0;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
    this.#ration = new Ration(LETTERS_SERVED, parts.share, parts.now());
  }

  async serve(stream: LetterStream, peer: string): Promise<void> {
    const own = this.#underWay.get(peer) ?? 0;
    const places = this.#isNewcomer(peer) ? MOST_SERVED_NEWCOMERS : MOST_SERVED;
    if (own >= MOST_SERVED_PER_PEER || this.#total >= places) throw new PostBusyError("This peer");
    this.#underWay.set(peer, own + 1);
    this.#total++;
    try {
      await this.#exchange(stream, peer);
    } finally {
      this.#total--;
      const left = (this.#underWay.get(peer) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(peer);
      else this.#underWay.set(peer, left);
    }
  }

  async #exchange(stream: LetterStream, peer: string): Promise<void> {
    const { network, verifier, lifetime } = this.#parts;
    const ends = [lifetime, stream.gone];
    // Before the signature is checked: that is what costs.
    const { letter, charged } = await withDeadline(LETTER_READ_MS, ends, async (signal) => {
      const bytes = await stream.read(signal);
      const charge = this.#charge(peer, bytes.length);
      try {
        return { letter: openLetter(bytes, { peer, network, verifier }), charged: charge };
      } catch (error) {
        this.#ration.charge(peer, BAD_LETTER_COST_BYTES, this.#parts.now());
        throw error;
      }
    });
    if (letter.ask) await this.#answer(stream, peer, letter, charged, ends);
    else await this.#take(stream, peer, letter, charged);
  }

  #isNewcomer(peer: string): boolean {
    return this.#parts.share(peer) < EARNED_SHARE;
  }

  #charge(peer: string, bytes: number): Charged {
    const now = this.#parts.now();
    const cost = LETTER_COST_BYTES + bytes;
    const waitMs = this.#ration.waitFor(peer, cost, now);
    if (waitMs === 0) this.#ration.charge(peer, cost, now);
    else if (!this.#refusals.get(peer, now).take(1, now)) throw new PostBusyError("This peer");
    return { waitMs };
  }

  async #take(stream: LetterStream, peer: string, letter: OpenLetter, charged: Charged): Promise<void> {
    const { signer, network, clock, lifetime } = this.#parts;
    // Also when its sender has gone meanwhile: it asks again, and is told that it was delivered.
    const said = await withDeadline(RECEIPT_MS + FRAME_WRITTEN_MS, [lifetime], (signal) =>
      this.#outcome(peer, letter, charged, signal),
    );
    const receipt: LetterReceipt = { letter: letter.digest, ...said, at: clock() };
    await withDeadline(FRAME_WRITTEN_MS, [lifetime, stream.gone], async (signal) => {
      await stream.write(signReceipt(receipt, signer, network), signal);
      await stream.close(signal);
    });
  }

  async #outcome(
    peer: string,
    letter: OpenLetter,
    { waitMs }: Charged,
    signal: AbortSignal,
  ): Promise<Omit<LetterReceipt, "letter" | "at">> {
    const { seen, clock } = this.#parts;
    if (waitMs > 0) return { ...told(refusalOf(new PostBusyError("This peer"))), retryAfterMs: waitMs };
    const { message } = letter;
    try {
      if (staleness(letter, clock()) !== undefined) throw new LetterNotFreshError();
      const way = wayOf(message);
      const before = seen.outcomeOf(way, message.id);
      if (before !== undefined) return { status: before };
      // Two at once are told apart by nothing: the second comes again.
      if (!seen.begin(way, message.id))
        return { ...told(refusalOf(new PostBusyError("This peer"))), retryAfterMs: RECEIPT_MS };
      try {
        const outcome = await this.#deliver(peer, letter, signal);
        this.#remember(peer, message, outcome);
        return told(outcome);
      } finally {
        seen.ended(way, message.id);
      }
    } catch (error) {
      signal.throwIfAborted();
      return told(refusalOf(error));
    }
  }

  /** So that it is not delivered again. It was delivered, whether or not that can be written down. */
  #remember(peer: string, message: AgentMessage, outcome: Outcome): void {
    if ("code" in outcome) return;
    try {
      this.#parts.seen.taken(wayOf(message), message.id, peer, outcome.status);
    } catch (error) {
      this.#parts.log("debug", "a letter could not be written down", { reason: String(error) });
    }
  }

  /** Whoever is absent, not exposed, or shut off from that peer, is nobody; so is everybody for a peer that is blocked. */
  async #deliver(peer: string, { message, expires }: OpenLetter, signal: AbortSignal): Promise<Outcome> {
    const { local, mailboxes } = this.#parts;
    const to = this.#admit(peer, message);
    this.#chargeAll(peer, to, message);
    const outcome = await local.deliver(to, message, this.#reachable(peer, to, message), signal);
    if (outcome !== "gone") return outcome;
    if (mailboxes.keep(to.name, { peer, isNewcomer: this.#isNewcomer(peer) }, message, expires))
      return { status: "kept" };
    throw new NoSuchAgentError(message.to);
  }

  #admit(peer: string, message: AgentMessage): Address {
    const { self, isBlocked } = this.#parts;
    const to = addressOf(message.to, self);
    const isNews = message.intent === "joined" || message.intent === "left";
    // A peer speaks for all its agents only to say who comes and goes.
    const speaks = !message.from.startsWith("*") || isNews;
    if (to.peer !== self || isBlocked(peer) || !speaks) throw new NoSuchAgentError(message.to);
    return to;
  }

  /** A letter to all is one for each. */
  #chargeAll(peer: string, to: Address, message: AgentMessage): void {
    if (to.name !== "*") return;
    const { local, now } = this.#parts;
    this.#ration.charge(peer, LETTER_COST_BYTES * local.everybody(message).length, now());
  }

  /** One who wrote to that peer is answered, exposed or not. */
  #reachable(peer: string, { name }: Address, { replyTo: id }: AgentMessage): Reachable {
    return id !== undefined && this.#parts.repliable.has({ name, peer, id }) ? "all" : "exposed";
  }

  async #answer(
    stream: LetterStream,
    peer: string,
    letter: OpenLetter,
    charged: Charged,
    ends: readonly AbortSignal[],
  ): Promise<void> {
    let answers: Answers | undefined;
    try {
      for (;;) {
        // Nothing is done before the first answer is asked for; then each waits for its own `next`.
        const asked = await withDeadline(REMOTE_IDLE_MS, ends, async (signal) =>
          decodeLetterFrame(await stream.read(signal)),
        );
        if (asked.kind !== "next") throw new MalformedError("Only the next answer can be asked for");
        await withDeadline(REMOTE_IDLE_MS, ends, (signal) => this.#breathe(peer, signal));
        const frame = await this.#nextFrame(() => {
          answers ??= this.#ask(peer, letter, charged);
          return answers;
        }, ends);
        const bytes = encodeLetterFrame(frame);
        this.#ration.charge(peer, bytes.length, this.#parts.now());
        await withDeadline(FRAME_WRITTEN_MS, ends, (signal) => stream.write(bytes, signal));
        if (frame.kind !== "answer")
          return await withDeadline(FRAME_WRITTEN_MS, ends, (signal) => stream.close(signal));
      }
    } finally {
      answers?.cancel();
    }
  }

  /** A peer that had much is served slowly. */
  async #breathe(peer: string, signal: AbortSignal): Promise<void> {
    const waitMs = this.#ration.waitFor(peer, LETTER_COST_BYTES, this.#parts.now());
    if (waitMs > 0) await pause(Math.min(waitMs, LONGEST_BREATH_MS), signal);
  }

  async #nextFrame(
    answers: () => Answers,
    ends: readonly AbortSignal[],
  ): Promise<Parameters<typeof encodeLetterFrame>[0]> {
    try {
      const message = await withDeadline(REMOTE_ANSWER_MS, ends, (signal) => answers().next(signal));
      if (message === undefined) return { kind: "end" };
      sizeOf(message);
      return { kind: "answer", message };
    } catch (error) {
      for (const end of ends) end.throwIfAborted();
      return { kind: "fail", ...failureOf(error) };
    }
  }

  #ask(peer: string, letter: OpenLetter, { waitMs }: Charged): Answers {
    const { local, seen, watchers, self, clock } = this.#parts;
    const { message } = letter;
    if (waitMs > 0) throw new PostBusyError("This peer");
    if (staleness(letter, clock()) !== undefined) throw new LetterNotFreshError();
    if (!seen.asked(wayOf(message), message.id, peer)) throw new LetterRepeatedError();
    const to = this.#admit(peer, message);
    this.#chargeAll(peer, to, message);
    watchers.note(message, self);
    return local.ask(to, message, this.#reachable(peer, to, message));
  }
}

function told(outcome: Outcome): Omit<LetterReceipt, "letter" | "at"> {
  if (!("code" in outcome)) return { status: outcome.status };
  return { status: "refused", code: outcome.code, message: outcome.message };
}
