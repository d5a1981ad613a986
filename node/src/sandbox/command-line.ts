import { EMPTY_RUNTIME_MB, ISOLATE_RESERVE_MB, type SandboxLimits } from "./limits.ts";
import type { Grants } from "./types.ts";

/** Where the files of one sandbox lie, on the host. */
export interface SandboxPlaces {
  readonly deno: string;
  /** Our own main modules, copied to a neutrally named directory. */
  readonly realm: string;
  /** Empty: the working directory of every process. */
  readonly empty: string;
}

/** The wall around Deno's own: the best that the start-up probe found working. */
export type Wall =
  | { kind: "bubblewrap"; binary: string; readable: readonly string[] }
  /** Dropping capabilities matters where the peer runs as root, and needs what not every container leaves. */
  | { kind: "setpriv"; binary: string; capabilities?: "dropped" }
  | { kind: "none" };

export interface CommandOptions {
  readonly main: "action-main.js" | "test-main.js";
  readonly limits: SandboxLimits;
  readonly grants: Grants;
  readonly seed?: number;
  /** Ranges that no grant can reach. */
  readonly deniedNet: readonly string[];
}

/** A program and its arguments. */
export type Command = readonly [file: string, ...args: string[]];

const NOTHING_ALLOWED = ["read", "write", "env", "sys", "run", "ffi", "import"].map(
  (name) => `--deny-${name}`,
);

/** Deno's own arguments: no file, variable, program or host, no remote or npm module, no cache, no configuration. */
export function denoArguments(options: CommandOptions, main: string): string[] {
  const { grants, limits, seed } = options;
  return [
    "run",
    ...["--quiet", "--no-prompt", "--no-remote", "--no-npm", "--cached-only"],
    ...["--no-config", "--no-lock", "--node-modules-dir=none", "--no-code-cache"],
    ...(grants.net.length === 0
      ? ["--deny-net"]
      : [`--allow-net=${grants.net.join(",")}`, `--deny-net=${options.deniedNet.join(",")}`]),
    ...NOTHING_ALLOWED,
    ...(seed === undefined ? [] : [`--seed=${seed}`]),
    `--v8-flags=--max-old-space-size=${limits.heapMb}`,
    main,
  ];
}

/**
 * A shell line that sets the kernel's limits and then becomes the program in its arguments. The soft CPU limit
 * stands one second above the one that the parent watches, the hard one another second higher.
 */
export function limitsScript(limits: SandboxLimits): string {
  const cpu = Math.ceil(limits.cpuSeconds);
  const dataKb = (ISOLATE_RESERVE_MB + EMPTY_RUNTIME_MB + limits.memoryMb) * 1024;
  return [
    "ulimit -c 0",
    `ulimit -S -t ${cpu + 1}`,
    `ulimit -H -t ${cpu + 2}`,
    `ulimit -n ${limits.openFiles}`,
    "ulimit -f 0",
    `ulimit -d ${dataKb}`,
    'exec "$0" "$@"',
  ].join("; ");
}

/** The whole command: shell with limits, then the wall, then Deno. */
export function sandboxCommand(places: SandboxPlaces, wall: Wall, options: CommandOptions): Command {
  return ["/bin/sh", "-c", limitsScript(options.limits), ...walled(places, wall, options)];
}

function walled(places: SandboxPlaces, wall: Wall, options: CommandOptions): string[] {
  switch (wall.kind) {
    case "bubblewrap":
      return [
        wall.binary,
        ...bubblewrapArguments(places, wall.readable, options.grants),
        "/deno",
        ...denoArguments(options, `/realm/${options.main}`),
      ];
    case "setpriv":
      return [
        wall.binary,
        ...(wall.capabilities === "dropped" ? ["--bounding-set=-all", "--inh-caps=-all"] : []),
        ...["--no-new-privs", "--pdeathsig", "KILL", "--"],
        places.deno,
        ...denoArguments(options, `${places.realm}/${options.main}`),
      ];
    case "none":
      return [places.deno, ...denoArguments(options, `${places.realm}/${options.main}`)];
  }
}

/** A file system with nothing in it but libraries, Deno and our main modules, all read-only. */
export function bubblewrapArguments(
  places: SandboxPlaces,
  readable: readonly string[],
  grants: Grants,
): string[] {
  const network = grants.net.length > 0;
  return [
    ...["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...(network ? ["--share-net"] : []),
    ...readable.flatMap((path) => ["--ro-bind-try", path, path]),
    // Names are resolved by the C library, which reads these; without a grant there is nothing to resolve.
    ...(network
      ? ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf"].flatMap((path) => [
          "--ro-bind-try",
          path,
          path,
        ])
      : []),
    ...["--ro-bind", places.deno, "/deno"],
    ...["--ro-bind", places.realm, "/realm"],
    // Deno panics without /proc.
    ...["--proc", "/proc", "--dir", "/empty", "--chdir", "/empty", "--remount-ro", "/"],
    "--",
  ];
}
