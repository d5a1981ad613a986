import { ServicePathError } from "./errors.ts";

export const UNIT_NAME = "collective.service";
/** By its first line the command knows what it wrote. */
const FIRST_LINE = '# Written by "collective service install"; written anew by it, so put changes into:';

export interface UnitParts {
  /** Absolute path of the Node that runs the peer. */
  readonly node: string;
  /** Absolute path of `collective.js`. */
  readonly script: string;
  /** The peer's home, absolute. It must be there when the service starts. */
  readonly home: string;
  /** Where bubblewrap and setpriv are looked for. */
  readonly searchPath: string;
  /** Unprivileged user namespaces may be made here: what needs them of systemd is asked for. */
  readonly namespaces: boolean;
}

/** The words that start the peer, as a shell or a service has them. */
export function startCommand({ node, script, home }: Pick<UnitParts, "node" | "script" | "home">): string[] {
  return [node, script, "--home", home, "start"];
}

/**
 * A systemd user unit for one peer (systemd.service(5), systemd.exec(5)), as hard as a user's unit can be that starts
 * bubblewrap. Pure.
 * @throws {ServicePathError}
 */
export function unitText(parts: UnitParts): string {
  const { home, searchPath, namespaces } = parts;
  // systemd puts variables into all words but the first.
  const [program = "", ...words] = startCommand(parts).map(quoted);
  const exec = [program, ...words.map((word) => word.replaceAll("$", "$$$$"))];
  return `${FIRST_LINE}
#   systemctl --user edit ${UNIT_NAME}

[Unit]
Description=Peer of Action Collective
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=exec
ExecStart=${exec.join(" ")}
Environment=NODE_ENV=production
Environment=${quoted(`PATH=${searchPath}`)}
Restart=on-failure
RestartSec=5
TimeoutStopSec=10
# An action that takes too much memory is ended; the peer goes on.
OOMPolicy=continue
LimitNOFILE=8192
TasksMax=1024
UMask=0077

NoNewPrivileges=yes
${namespaces ? fileSystem(home) : WITHOUT_NAMESPACES}
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
# Left out, because bubblewrap, the second wall around actions, needs what they take away:
#   RestrictNamespaces; ProtectProc, ProcSubset, ProtectKernelTunables and ProtectKernelLogs (it mounts a /proc of its
#   own, which the kernel allows only where nothing covers the one outside); SystemCallFilter without @mount.
# Left out, because V8 compiles to memory: MemoryDenyWriteExecute.
# Left out, because clients look for the API's socket there when the home's path is long: PrivateTmp.
# Left out, because a user's service has no privileges to lose: CapabilityBoundingSet, DynamicUser, PrivateDevices.

[Install]
WantedBy=default.target
`;
}

/** Whether a unit's text was written by this command. */
export function isOurs(text: string): boolean {
  return text.startsWith(FIRST_LINE);
}

const WITHOUT_NAMESPACES =
  "# ProtectSystem is left out: it takes user namespaces, which this system does not give to users.";

function fileSystem(home: string): string {
  return [
    "# All files are read-only, the user's included, but for the home and temporary files.",
    "ProtectSystem=strict",
    `ReadWritePaths=${quoted(home)} %T`,
    "ProtectControlGroups=yes",
  ].join("\n");
}

/** One word of a unit (systemd.syntax(7)): in quotation marks, with what systemd would expand taken literally. */
function quoted(word: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(word)) throw new ServicePathError(word);
  return `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")}"`;
}
