import { limits, MOST_CAPABILITY_CHARACTERS } from "@action-collective/protocol";

/** Every bound of the local API's server, each with its reason. */
export const API_LIMITS = {
  /** An action's code, test and cases, with every character escaped once (64 kB + 64 kB + cases, times six at worst). */
  publishBytes: 2_500_000,
  /** The largest input of a run (1 MiB) and the request around it. */
  bodyBytes: 1_100_000,
  /** 64 messages of 64 KiB each, as agents send them, and the frames around them. */
  framesBytes: 4_500_000,
  /** The longest capability and a handful of headers; nobody sends us cookies. */
  headerBytes: MOST_CAPABILITY_CHARACTERS + 16 * 1024,
  /** Requests being answered at once: many more than the agents of one machine, few enough to keep memory bounded. */
  inFlight: 64,
  /** Of these, the part that requests with capabilities may fill: the user's own, such as ending one, always get through. */
  agentsShare: 0.75,
  /** Calls that wait for frames at once: one for each space that may be connected, and one that hands over. */
  waiting: 128,
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
