import { limits } from "@action-collective/protocol";

/** Every bound of the local API's server, each with its reason. */
export const API_LIMITS = {
  /** An action's code, test and cases, with every character escaped once (64 kB + 64 kB + cases, times six at worst). */
  publishBytes: 2_500_000,
  /** The largest input of a run (1 MiB) and the request around it. */
  bodyBytes: 1_100_000,
  /** A token and a handful of headers; nobody sends us cookies. */
  headerBytes: 16 * 1024,
  /** Requests being answered at once: many more than the agents of one machine, few enough to keep memory bounded. */
  inFlight: 64,
  /** Open sockets per listener: keep-alive clients that are not asking anything. */
  connections: 256,
  /** A local client that needs longer to send its headers has stalled. */
  headersTimeoutMs: 10_000,
  /** The same for a whole request: 2.5 MB on loopback takes milliseconds. */
  requestTimeoutMs: 30_000,
  /** How long an idle keep-alive connection is kept. */
  keepAliveMs: 5_000,
  /** A case may nest `jsonDepth` deep and lies three levels down in a request. */
  depth: limits.jsonDepth + 4,
  /** The longest `{ref}`: an id has 59 characters, a name 64. */
  refCharacters: 128,
} as const;

export type ApiLimits = { readonly [K in keyof typeof API_LIMITS]: number };
