import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Contact, Ending, Listener, Notice, OpenContact, Question } from "./contact.ts";
import { chosenProtocol, type DoorRules, isLoopback, isToken, judgeKnock } from "./door.ts";
import { HumanSettingsError, PersonGoneError, PersonUnreachableError } from "./errors.ts";
import { type ClientFrame, readClientFrame, type ServerFrame } from "./frames.ts";
import { humanLimits } from "./limits.ts";

/** Bounds of the server, and why. */
export const socketLimits = {
  /** Windows of one person. */
  sockets: 16,
  /** Windows that have not said the token yet; they take no room from those that have. */
  strangers: 8,
  /** Connections altogether, those included that have asked for nothing yet. */
  connections: 64,
  /** A frame holds one answer: up to 6 bytes a character, and its name. */
  frameBytes: 6 * humanLimits.answerCharacters + 1_024,
  /** What waits for a window that does not read; it is cut off then, and sees the open questions when it comes back. */
  bufferedBytes: 4 * 1024 * 1024,
  /** Frames of one window that could not be taken; a program in a loop, not a person. */
  refused: 32,
  /** Notices that a window which comes later still sees. */
  notices: 20,
  /** For the first frame, with the token. */
  helloMs: 10_000,
  /** A window that does not answer a ping until the next one is gone. */
  pingMs: 30_000,
  /** For windows to say goodbye. */
  closeMs: 500,
} as const;

export interface WebSocketContactOptions {
  /** 0: any free one. */
  readonly port: number;
  /** A loopback address, unless there is `tls`. */
  readonly host: string;
  readonly token: string;
  /** Of pages that may connect (`http://localhost:5173`); programs send none, and need no entry. */
  readonly origins: readonly string[];
  /** Further `host:port` names of this server, behind a proxy for example. */
  readonly hosts: readonly string[];
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly pingMs: number;
  readonly helloMs: number;
  /** Told the address as soon as the server listens. */
  readonly listening: (url: string) => void;
}

/** A person at any number of windows: all show all open questions, and the first answer counts. */
export function webSocketContact(options: WebSocketContactOptions): Contact {
  return {
    atOnce: humanLimits.questions,
    open: async (listener, person) => {
      const { host, port, tls } = options;
      if (!isLoopback(host) && tls === undefined)
        throw new HumanSettingsError("the WebSocket server", [
          `"${host}" is reachable from outside: give tls { key, cert }, or listen on 127.0.0.1`,
        ]);
      const { helloMs } = options;
      // Who connects and asks for nothing takes room too.
      const times = {
        headersTimeout: helloMs,
        requestTimeout: helloMs,
        connectionsCheckingInterval: helloMs,
      };
      const server =
        tls === undefined
          ? createServer(times)
          : createTlsServer({ ...times, ...tls, handshakeTimeout: helloMs });
      server.maxConnections = socketLimits.connections;
      await listen(server, port, host);
      return new OpenWindows(server, options, listener, person);
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(new PersonUnreachableError(`The server cannot listen on ${host}:${port}: ${error.code}`)),
    );
    server.listen(port, host, resolve);
  });
}

interface Window {
  readonly socket: WebSocket;
  known: boolean;
  alive: boolean;
  refused: number;
  readonly hello: NodeJS.Timeout;
}

class OpenWindows implements OpenContact {
  readonly #options: WebSocketContactOptions;
  readonly #listener: Listener;
  readonly #person: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #rules: DoorRules;
  readonly #windows = new Set<Window>();
  readonly #notices: Notice[] = [];
  readonly #pings: NodeJS.Timeout;

  constructor(server: Server, options: WebSocketContactOptions, listener: Listener, person: string) {
    this.#server = server;
    this.#options = options;
    this.#listener = listener;
    this.#person = person;
    const { port } = server.address() as AddressInfo;
    this.#rules = {
      token: options.token,
      origins: options.origins.map((origin) => origin.toLowerCase()),
      hosts: [...hostsOf(options.host, port), ...options.hosts].map((name) => name.toLowerCase()),
    };
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: socketLimits.frameBytes,
      perMessageDeflate: false,
      handleProtocols: chosenProtocol,
    });
    server.on("upgrade", (request, socket, head) => this.#knock(request, socket, head));
    server.on("request", (_, response) => response.writeHead(426, { connection: "close" }).end());
    server.on("error", () => listener.gone(new PersonGoneError("The WebSocket server has failed")));
    this.#pings = setInterval(() => this.#ping(), options.pingMs);
    this.#pings.unref();
    options.listening(`${options.tls === undefined ? "ws" : "wss"}://${bracketed(options.host)}:${port}/`);
  }

  show(question: Question): void {
    this.#sendAll({ kind: "question", question });
  }

  closed({ id }: Question, ending: Ending): void {
    this.#sendAll({ kind: "closed", id, ending });
  }

  tell(notice: Notice): void {
    this.#notices.push(notice);
    if (this.#notices.length > socketLimits.notices) this.#notices.shift();
    this.#sendAll({ kind: "notice", notice });
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket } of this.#windows) socket.close(1001);
    const cut = setTimeout(() => this.#cutAll(), socketLimits.closeMs);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(cut);
  }

  #cutAll(): void {
    for (const { socket } of this.#windows) socket.terminate();
    this.#server.closeAllConnections();
  }

  #knock(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Without a listener, a connection that is reset here would end the program.
    socket.on("error", () => socket.destroy());
    const verdict = judgeKnock({ url: request.url, headers: request.headers }, this.#rules);
    if (typeof verdict === "object") refuse(socket, verdict.status, verdict.why);
    else if (!this.#hasRoom(verdict === "known")) refuse(socket, 503, "Too many windows are open");
    else
      this.#sockets.handleUpgrade(request, socket, head, (opened) =>
        this.#opened(opened, verdict === "known"),
      );
  }

  #hasRoom(known: boolean): boolean {
    const such = [...this.#windows].filter((window) => window.known === known).length;
    return such < (known ? socketLimits.sockets : socketLimits.strangers);
  }

  #opened(socket: WebSocket, known: boolean): void {
    const hello = setTimeout(() => socket.close(4401, "No token"), this.#options.helloMs);
    const window: Window = { socket, known: false, alive: true, refused: 0, hello };
    this.#windows.add(window);
    socket.on("pong", () => {
      window.alive = true;
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(hello);
      this.#windows.delete(window);
    });
    socket.on("message", (data, binary) => {
      const frame = binary ? undefined : readClientFrame(String(data));
      if (window.known) this.#heard(window, frame);
      else if (frame?.kind === "hello" && isToken(frame.token, this.#rules.token)) this.#welcome(window);
      else socket.close(4401, "The token is wrong");
    });
    if (known) this.#welcome(window);
  }

  #welcome(window: Window): void {
    if (!this.#hasRoom(true)) {
      window.socket.close(1013, "Too many windows are open");
      return;
    }
    clearTimeout(window.hello);
    window.known = true;
    this.#send(window, {
      kind: "welcome",
      person: this.#person,
      questions: this.#listener.open(),
      notices: this.#notices,
    });
  }

  #heard(window: Window, frame: ClientFrame | undefined): void {
    // A window that is being closed is not listened to; one that gives the token twice, in both ways, does no harm.
    if (window.socket.readyState !== window.socket.OPEN || frame?.kind === "hello") return;
    if (frame === undefined) this.#refuse(window, { kind: "refused", why: "bad-frame" });
    else {
      const taken = this.#listener.answer(frame.id, frame.text);
      if (taken !== "taken") this.#refuse(window, { kind: "refused", why: taken, id: frame.id });
    }
  }

  #refuse(window: Window, frame: ServerFrame): void {
    window.refused += 1;
    if (window.refused > socketLimits.refused) window.socket.close(1008, "Too many refused frames");
    else this.#send(window, frame);
  }

  #sendAll(frame: ServerFrame): void {
    for (const window of this.#windows) if (window.known) this.#send(window, frame);
  }

  #send({ socket }: Window, frame: ServerFrame): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > socketLimits.bufferedBytes) socket.terminate();
    else socket.send(JSON.stringify(frame));
  }

  #ping(): void {
    for (const window of this.#windows) {
      if (!window.alive) window.socket.terminate();
      else {
        window.alive = false;
        if (window.socket.readyState === window.socket.OPEN) window.socket.ping();
      }
    }
  }
}

function refuse(socket: Duplex, status: number, why: string): void {
  // A client that keeps its side open would hold close() up.
  socket.once("finish", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(why)}\r\n\r\n${why}`,
  );
}

function hostsOf(host: string, port: number): readonly string[] {
  return ["127.0.0.1", "localhost", "[::1]", bracketed(host)].flatMap((name) =>
    // Browsers leave out the usual ports.
    port === 80 || port === 443 ? [name, `${name}:${port}`] : [`${name}:${port}`],
  );
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
