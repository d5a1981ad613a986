import type { Connection, PeerId, Stream } from "@libp2p/interface";
import { withDeadline } from "../deadline.ts";
import { NotConnectedError } from "../errors.ts";
import type { Host } from "../host.ts";
import { LETTER_REACH_MS, MAX_LETTER_STREAMS_IN, MAX_LETTER_STREAMS_OUT } from "../limits.ts";
import type { LettersHandler, Log } from "../options.ts";
import { reason } from "../safely.ts";
import { type LetterStream, letterStream } from "./letter-stream.ts";

interface AgentsParts {
  readonly host: Host;
  readonly protocol: string;
  readonly letters: LettersHandler | undefined;
  /** Connects to a peer that is known by its id only. */
  readonly reach: (peer: string, signal: AbortSignal) => Promise<void>;
  readonly lifetime: AbortSignal;
  readonly log: Log;
}

/** Streams on which agents of two peers write to each other (SPEC §16); what they say is the post's affair. */
export class Agents {
  readonly #parts: AgentsParts;

  constructor(parts: AgentsParts) {
    this.#parts = parts;
  }

  /** Before the host starts, so that the first identify exchange names the protocol. */
  async register(): Promise<void> {
    const { host, protocol, letters } = this.#parts;
    if (letters === undefined) return;
    await host.handle(protocol, (stream, connection) => void this.#serve(letters, stream, connection), {
      maxInboundStreams: MAX_LETTER_STREAMS_IN,
      maxOutboundStreams: MAX_LETTER_STREAMS_OUT,
      runOnLimitedConnection: true,
    });
  }

  /** Throws DialFailedError, NotConnectedError, the signal's reason, and what libp2p throws. */
  async open(peer: string, signal: AbortSignal): Promise<LetterStream> {
    const { protocol, lifetime } = this.#parts;
    return await withDeadline(LETTER_REACH_MS, [signal, lifetime], async (bounded) => {
      const connection = await this.#connectionTo(peer, bounded);
      const stream = await connection.newStream(protocol, {
        signal: bounded,
        runOnLimitedConnection: true,
        maxOutboundStreams: MAX_LETTER_STREAMS_OUT,
      });
      return letterStream(stream);
    });
  }

  /** Whichever comes first: the way that we find to it, or the one that it finds to us. */
  async #connectionTo(peer: string, signal: AbortSignal): Promise<Connection> {
    const { host, reach } = this.#parts;
    const found = this.#openConnection(peer);
    if (found !== undefined) return found;
    const came = Promise.withResolvers<void>();
    const connected = ({ detail }: CustomEvent<PeerId>) => {
      if (detail.toString() === peer) came.resolve();
    };
    const done = new AbortController();
    host.addEventListener("peer:connect", connected);
    try {
      await Promise.race([reach(peer, AbortSignal.any([signal, done.signal])), came.promise]);
    } finally {
      done.abort();
      host.removeEventListener("peer:connect", connected);
    }
    const connection = this.#openConnection(peer);
    if (connection === undefined) throw new NotConnectedError(peer);
    return connection;
  }

  #openConnection(peer: string): Connection | undefined {
    return this.#parts.host
      .getConnections()
      .find(({ status, remotePeer }) => status === "open" && remotePeer.toString() === peer);
  }

  async #serve(letters: LettersHandler, stream: Stream, connection: Connection): Promise<void> {
    const { log } = this.#parts;
    try {
      await letters.serve(letterStream(stream), connection.remotePeer.toString());
    } catch (error) {
      stream.abort(error instanceof Error ? error : new Error(String(error)));
      log("debug", "an exchange between agents failed", { reason: reason(error) });
    }
  }
}
