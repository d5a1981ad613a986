import { checksOf } from "../check.ts";
import type { Check, Findings, PortFound } from "../types.ts";

const { ok, note, warning, problem } = checksOf("peer");

export function peerChecks(findings: Findings): Check[] {
  return [...daemon(findings), ...findings.ports.map((found) => port(found, findings))];
}

function daemon({ daemon, version, platform }: Findings): Check[] {
  switch (daemon.state) {
    case "none":
      return [note("daemon", "no peer runs at this home", 'Start one: "collective start".')];
    case "damaged":
      return [
        warning(
          "daemon",
          daemon.why,
          'Stop the peer if one runs, and start it anew: "collective start" writes that file.',
        ),
      ];
    case "ended":
      return [
        warning(
          "daemon",
          `the peer that ran here (process ${daemon.pid}) has ended without saying so`,
          'Start it again: "collective start". If it ends by itself, its last words are in peer.log of the home.',
        ),
      ];
    case "silent":
      return [
        problem(
          "daemon",
          `process ${daemon.pid} should be the peer, and does not answer: ${daemon.why}`,
          `See what it is: ${describer(platform, daemon.pid)}. If it is no peer, the one that ran here has ended and its number went to another program: "collective start" is enough. If it is, and stays so, end it and start it anew; nothing that it acknowledged is lost.`,
        ),
      ];
    case "answers":
      return [
        running(daemon.status.version, daemon.pid, daemon.tookMs, version),
        ...daemon.status.warnings.map((text) =>
          warning(
            "company",
            text,
            '"collective peers" shows who it is; add nodes to join through with --bootstrap.',
          ),
        ),
        ...(daemon.status.sandbox === null
          ? [
              problem(
                "daemon",
                "the running peer has no sandbox: it verifies and runs nothing",
                "Mend what is said of the sandbox here, and start the peer anew.",
              ),
            ]
          : []),
      ];
  }
}

function running(its: string, pid: number, tookMs: number, ours: string): Check {
  if (its === ours) return ok("daemon", `version ${its} answers (process ${pid}, ${Math.ceil(tookMs)} ms)`);
  return warning(
    "daemon",
    `the running peer is version ${its}, this command is ${ours}`,
    'Start the peer anew with this version: "collective stop", then "collective start".',
  );
}

const FLAGS = { port: "--port", apiPort: "--api-port", metricsPort: "--metrics-port" } as const;
const HOSTS = { port: " or --host", apiPort: "", metricsPort: " or --metrics-host" } as const;
const USES = { port: "other peers", apiPort: "the local API", metricsPort: "metrics" } as const;

function port({ setting, host, port, state }: PortFound, { daemon, platform }: Findings): Check {
  const name = `port ${port}`;
  const use = USES[setting];
  if (state === "any") return ok("port", `any free one for ${use}`);
  if (state === "not-tried") return ok(name, `not needed: no peer is let in`);
  if (state === "free") {
    const elsewhere = daemon.state === "answers" ? "; the running peer was told to use another" : "";
    return ok(name, `free for ${use}${elsewhere}`);
  }
  if (state === "taken") {
    if (daemon.state === "answers" && isOurs(setting, port, daemon.status))
      return ok(name, `the running peer's, for ${use}`);
    // A peer does not say where its metrics are; started with these settings, it could not run without that port.
    if (daemon.state === "answers" && setting === "metricsPort")
      return ok(name, `taken, for ${use} if the running peer was started with these settings`);
    return problem(
      name,
      `another program has it, and the peer would use it for ${use}`,
      `Choose another with ${FLAGS[setting]} (0 takes any free one), or end what has it: ${finder(platform, port)}`,
    );
  }
  return problem(
    name,
    `${host}:${port} cannot be listened on for ${use} (${state.error})`,
    state.error === "EACCES"
      ? `Ports below 1024 are the system's: choose a higher one with ${FLAGS[setting]}.`
      : `Choose another with ${FLAGS[setting]}${HOSTS[setting]}.`,
  );
}

function isOurs(
  setting: PortFound["setting"],
  port: number,
  { api, addresses }: { api: readonly string[]; addresses: readonly string[] },
): boolean {
  if (setting === "metricsPort") return false;
  return setting === "apiPort"
    ? api.some((address) => address.endsWith(`:${port}`))
    : addresses.some((address) => address.includes(`/tcp/${port}/`) || address.endsWith(`/tcp/${port}`));
}

/** The command that says what a process is. */
function describer(platform: NodeJS.Platform, pid: number): string {
  return platform === "win32" ? `tasklist /fi "PID eq ${pid}"` : `ps -fp ${pid}`;
}

/** The command that says who has a port. */
function finder(platform: NodeJS.Platform, port: number): string {
  if (platform === "linux") return `ss -ltnp 'sport = :${port}'`;
  return platform === "win32" ? `netstat -ano | findstr :${port}` : `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
}
