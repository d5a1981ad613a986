import { randomBytes } from "node:crypto";
import { HumanSettingsError } from "./humans/errors.ts";
import { Human, type HumanOptions } from "./humans/human.ts";
import { type Environment, SettingsReader } from "./humans/settings.ts";
import { socketLimits, webSocketContact } from "./humans/websocket-contact.ts";

export { type ClientFrame, HUMAN_PROTOCOL, type ServerFrame, TOKEN_PROTOCOL } from "./humans/frames.ts";
export * from "./humans/index.ts";

export interface WebSocketHumanOptions extends HumanOptions {
  /** Any free one unless given. */
  readonly port?: number | undefined;
  /** 127.0.0.1 unless given; one that is reachable from outside needs `tls`. */
  readonly host?: string | undefined;
  /** At least 22 of A–Z, a–z, 0–9, - and _. Made anew unless given; see `token`. */
  readonly token?: string | undefined;
  /** Origins of the web pages that may connect (`http://localhost:5173`); none unless given. */
  readonly origins?: readonly string[] | undefined;
  /** Further `host:port` names of the server, for one behind a proxy. */
  readonly hosts?: readonly string[] | undefined;
  /** Key and certificate, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** How often windows are asked whether they are still there, in milliseconds. */
  readonly pingMs?: number | undefined;
  /** How long a window may take for its first frame, in milliseconds. */
  readonly helloMs?: number | undefined;
}

/** It stands as a subprotocol, which holds no other characters; 22 of them are 128 bits where they are random. */
const TOKEN = /^[A-Za-z0-9_-]{22,256}$/;

/** A person in any number of windows, each connected by WebSocket: all see all open questions, and the first answer counts. */
export class WebSocketHuman extends Human {
  /** What a window has to say first. */
  readonly token: string;
  readonly #url: () => string | undefined;

  /** @throws {HumanSettingsError} */
  constructor(id?: string, options: WebSocketHumanOptions = {}) {
    const { token = randomBytes(32).toString("base64url") } = options;
    if (!TOKEN.test(token))
      throw new HumanSettingsError("the WebSocket server", [
        "the token is too short, or has other characters",
      ]);
    const { port = 0, host = "127.0.0.1", origins = [], hosts = [], tls } = options;
    const { pingMs = socketLimits.pingMs, helloMs = socketLimits.helloMs } = options;
    const heard: { url?: string } = {};
    const listening = (url: string) => {
      heard.url = url;
    };
    super(
      id,
      webSocketContact({ port, host, token, origins, hosts, tls, pingMs, helloMs, listening }),
      options,
    );
    this.token = token;
    this.#url = () => heard.url;
  }

  /** Where windows connect to (`ws://127.0.0.1:4711/`); undefined before `open`, or before a space let it in. */
  get url(): string | undefined {
    return this.#url();
  }
}

/** `human: { websocket: { … } }` of a team's file. */
export interface WebSocketHumanSettings {
  readonly port?: number;
  /** The environment variable that holds the token. Without it, the token is made anew: `token`. */
  readonly tokenVariable?: string;
  readonly origins?: readonly string[];
  readonly timeoutSeconds?: number;
}

/** @throws {HumanSettingsError} */
export function humanFrom(
  id: string,
  settings: unknown,
  environment: Environment = process.env,
): WebSocketHuman {
  const reader = new SettingsReader("the WebSocket server", settings, environment);
  const options: WebSocketHumanOptions = {
    port: reader.whole("port", 0, 65_535),
    token: reader.secret("tokenVariable"),
    origins: reader.strings("origins"),
    timeoutMs: reader.seconds("timeoutSeconds"),
  };
  reader.done();
  return new WebSocketHuman(id, options);
}
