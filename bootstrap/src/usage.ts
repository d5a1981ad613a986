import type { Endpoint, LogLevel, Reach } from "@action-collective/node";
import { DEFAULT_MAX_CONNECTIONS } from "./limits.ts";

export const HELP = `collective-bootstrap: the entry point of a network

  --home DIR            where key and records live (default: COLLECTIVE_BOOTSTRAP_HOME,
                        or ./bootstrap-home)
  --network NAME        name of the network (default: main)
  --host ADDRESS        address to listen on (default: 0.0.0.0, with --reach loopback 127.0.0.1)
  --port NUMBER         TCP port (default: 4001; 0 takes any free one)
  --reach HOW           loopback, lan or public (default: public)
  --announce ADDR       where others reach it, when that is not an address of this machine (behind
                        a cloud's NAT), such as /ip4/203.0.113.7/tcp/4001; may be repeated
  --bootstrap ADDR      another bootstrap node of the same network, in place of its list;
                        may be repeated; none: no other is looked for
  --list FILE           the network's signed list, to know its other nodes by (default: the one
                        that comes with the program)
  --list-key PEER-ID    who may sign it (default: the program's maintainers); may be repeated
  --relay yes|no        whether peers that nobody can dial may be reached through this node
                        (default: yes)
  --max-connections N   connections of both directions (default: ${DEFAULT_MAX_CONNECTIONS})
  --monitor HOST:PORT   where /health and /metrics answer (default: 127.0.0.1:4002);
                        none: nowhere
  --log-level LEVEL     error, warn, info or debug (default: warn)
  --version, --help

It prints its address when it is ready: give that to peers as --bootstrap, or list it. Ctrl-C
stops it. RUNBOOK.md leads through starting a network.
`;

/** The command line itself is wrong. */
export class UsageError extends Error {}

export interface RunOptions {
  readonly home: string;
  readonly network: string;
  readonly host: string;
  readonly port: number;
  readonly reach: Reach;
  readonly announce: readonly string[];
  /** Undefined: not given; empty: "none". */
  readonly bootstrap: readonly string[] | undefined;
  readonly networkList: string | undefined;
  readonly networkKey: readonly string[] | undefined;
  readonly relay: boolean;
  readonly maxConnections: number;
  /** Where health and metrics answer; undefined: nowhere. */
  readonly monitor: Endpoint | undefined;
  readonly logLevel: LogLevel;
}

export type Asked =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | ({ readonly kind: "run" } & RunOptions);
