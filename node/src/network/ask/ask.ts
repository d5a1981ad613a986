import type { AskAnswer, AskRequest } from "@action-collective/protocol";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import { NotConnectedError } from "../errors.ts";
import type { Host } from "../host.ts";
import { MAX_ASK_STREAMS_PER_PEER } from "../limits.ts";
import type { DealingsHandler, Log, NetworkStats, Questions } from "../options.ts";
import { reason, safely } from "../safely.ts";
import { AskResponder } from "./ask-responder.ts";
import { askOverStream, serveAskStream } from "./ask-streams.ts";

interface AskParts {
  readonly host: Host;
  readonly protocol: string;
  readonly questions: Questions | undefined;
  readonly dealings: DealingsHandler;
  readonly lifetime: AbortSignal;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Questions between neighbours (SPEC §15): ours to them, theirs to us. Whom to ask, and what to make of the answers, is for
 * the finder to decide; here is what a question costs and how long it may take.
 */
export class Ask {
  readonly #parts: AskParts;
  readonly #responder: AskResponder | undefined;
  /** Connected peers that answer questions. */
  readonly #answering = new Set<string>();
  #topology: string | undefined;
  #counts = { asked: 0, failed: 0, busy: 0 };

  constructor(parts: AskParts) {
    this.#parts = parts;
    const { questions, dealings, now } = parts;
    this.#responder = questions && new AskResponder({ questions, dealings, now });
  }

  /** Registers the protocol. Before the host starts, so that the first identify exchange names it. */
  async register(): Promise<void> {
    const { host, protocol, log } = this.#parts;
    this.#topology = await host.register(protocol, {
      notifyOnLimitedConnection: true,
      onConnect: safely(log, "noting who answers", (peer: PeerId) => this.#answering.add(peer.toString())),
      onDisconnect: safely(log, "noting who left", (peer: PeerId) => this.#answering.delete(peer.toString())),
    });
    const responder = this.#responder;
    if (responder === undefined) return;
    await host.handle(
      protocol,
      (stream, connection) => {
        this.#serve(responder, stream, connection).catch((error: unknown) => {
          log("debug", "answering a question failed", { reason: reason(error) });
        });
      },
      { maxInboundStreams: MAX_ASK_STREAMS_PER_PEER, runOnLimitedConnection: true },
    );
  }

  stop(): void {
    if (this.#topology !== undefined) this.#parts.host.unregister(this.#topology);
    this.#topology = undefined;
  }

  /** Who can be asked. */
  neighbours(): string[] {
    return [...this.#answering];
  }

  /** Throws NotConnectedError, MalformedError for what is no answer, and what libp2p throws. */
  async ask(peer: string, request: AskRequest, signal: AbortSignal): Promise<AskAnswer> {
    const { protocol } = this.#parts;
    this.#counts.asked++;
    try {
      const answer = await askOverStream(this.#connectionTo(peer), protocol, request, signal);
      if (answer.kind === "busy") this.#counts.busy++;
      return answer;
    } catch (error) {
      this.#counts.failed++;
      throw error;
    }
  }

  stats(): NetworkStats["ask"] {
    return { ...this.#counts, ...(this.#responder?.stats() ?? { served: 0, putOff: 0 }) };
  }

  #connectionTo(peer: string): Connection {
    const open = this.#parts.host
      .getConnections()
      .find((connection) => connection.status === "open" && connection.remotePeer.toString() === peer);
    if (open === undefined) throw new NotConnectedError(peer);
    return open;
  }

  async #serve(responder: AskResponder, stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString();
    const { lifetime, log } = this.#parts;
    await serveAskStream(stream, lifetime, async (request, signal) => {
      try {
        return await responder.answer(peer, request, signal);
      } catch (error) {
        // The question was well-formed, so the fault is on our side, unless we are going down.
        if (!lifetime.aborted)
          log("error", "a neighbour's question could not be answered", { reason: reason(error) });
        throw error;
      }
    });
  }
}
