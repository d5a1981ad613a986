import type { Belonging, Check, Diagnosis, Findings } from "./types.ts";

/** The oldest Node that has all of what a peer needs (package.json, engines). */
const LEAST_NODE = [22, 13] as const;
/** Below this the catalogue or a fetched bundle may not fit any more. */
const LEAST_FREE_MB = 100;
const FEW_FREE_MB = 1024;
const OTHERS = 0o077;

/** What is well, what is not, and what to do about it. Pure. */
export function diagnose(findings: Findings): Diagnosis {
  const { sandbox } = findings;
  const checks = [
    runtime(findings),
    ...walls(findings),
    ...selfTest(findings),
    parser(findings),
    settings(findings),
    ...belongings(findings),
    ...disk(findings),
  ];
  return {
    ok: checks.every(({ status }) => status !== "problem"),
    checks,
    ...(sandbox.opened ? { selfTest: sandbox.selfTest } : {}),
  };
}

const ok = (name: string, message: string): Check => ({ name, status: "ok", message });
const warning = (name: string, message: string, remedy: string): Check => ({
  name,
  status: "warning",
  message,
  remedy,
});
const problem = (name: string, message: string, remedy: string): Check => ({
  name,
  status: "problem",
  message,
  remedy,
});

function runtime({ node }: Findings): Check {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const enough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (enough) return ok("runtime", `Node ${node}`);
  return problem("runtime", `Node ${node} is too old`, `Install Node ${LEAST_NODE.join(".")} or newer.`);
}

function walls({ sandbox, bubblewrap, platform }: Findings): Check[] {
  if (!sandbox.opened) return [problem("sandbox", sandbox.why, sandbox.remedy)];
  const { deno, layers } = sandbox.description;
  const checks = [ok("sandbox", `Deno ${deno}; walls: ${layers.join(", ")}`)];
  if (layers.includes("bubblewrap")) return checks;
  const remedy =
    platform !== "linux"
      ? "bubblewrap exists for Linux only; in a Linux virtual machine or container it would stand."
      : bubblewrap === undefined
        ? "Install it with the system's package manager (Debian, Ubuntu, Fedora: the package bubblewrap); the peer finds it at its next start."
        : "Allow unprivileged user namespaces (containers and some distributions forbid them), or leave it: Deno's permissions and the limits stand.";
  const why =
    bubblewrap === undefined
      ? "it is not installed"
      : `${bubblewrap.path} does not work here${bubblewrap.failure === undefined ? "" : `: ${bubblewrap.failure}`}`;
  checks.push(warning("second wall", `without bubblewrap: ${why}`, remedy));
  if (!layers.includes("no-new-privileges"))
    checks.push(
      warning(
        "privileges",
        "a sandboxed process could gain privileges through a set-user-id program, if it could start one",
        "Install setpriv (Debian, Ubuntu, Fedora: the package util-linux).",
      ),
    );
  return checks;
}

function selfTest({ sandbox }: Findings): Check[] {
  if (!sandbox.opened) return [];
  const { honest, probes, harm } = sandbox.selfTest;
  const loose = probes.filter(({ stopped }) => !stopped);
  const report = "Stop the peer, do not run strangers' actions, and report this with the output of --json.";
  const checks = [
    ...harm.map((what) => problem("self-test", what, report)),
    ...loose.map(({ tries, ending }) =>
      problem("self-test", `hostile code that tried to ${tries} was not stopped (${ending})`, report),
    ),
    ...(honest === undefined
      ? []
      : [
          problem(
            "self-test",
            `an honest action does not run (${honest})`,
            "Close what else fills this machine and try again; then report it.",
          ),
        ]),
  ];
  if (checks.length > 0) return checks;
  return [
    ok("self-test", `${probes.length} of ${probes.length} hostile probes stopped, every canary untouched`),
  ];
}

function parser({ parser }: Findings): Check {
  if (parser === "oxc-parser") return ok("analysis", "strangers' text is read by oxc-parser");
  if (parser === "es-module-lexer")
    return warning(
      "analysis",
      "oxc-parser has no binding for this machine: imports are still refused, but few findings are reported and no mutants made",
      "Install the dependencies again without --omit=optional.",
    );
  return problem("analysis", parser.failure, "Install the dependencies again (npm ci).");
}

function settings({ settings }: Findings): Check {
  if (settings === undefined) return ok("settings", "valid");
  return problem("settings", settings, 'Mend them as listed; "collective start --help" describes each.');
}

function belongings({ home, secret, platform }: Findings): Check[] {
  if (home.mode === undefined)
    return [ok("home", `${home.path} is not there yet; "collective start" makes it`)];
  if (platform === "win32") return [ok("home", home.path)];
  const exposed = [home, ...secret].filter(({ mode }) => mode !== undefined && (mode & OTHERS) !== 0);
  if (exposed.length === 0) return [ok("home", `${home.path}, readable by its owner alone`)];
  return exposed.map(exposedCheck);
}

function exposedCheck({ path, mode = 0, kind }: Belonging): Check {
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  const right = kind === "folder" ? "700" : "600";
  return problem(
    "home",
    `${path} is open to others (mode ${octal})`,
    `Run: chmod ${right} ${path}${kind === "folder" ? "" : " — and if anybody else uses this machine, replace what it holds"}.`,
  );
}

function disk({ free }: Findings): Check[] {
  const places = [
    ["disk", "the home", free.home],
    ["temporary disk", "temporary files", free.temporary],
  ] as const;
  return places.map(([name, what, bytes]) => {
    const mb = Math.floor(bytes / 1024 ** 2);
    const message = `${mb} MB free for ${what}`;
    const remedy = "Make room, or move the home with --home.";
    if (mb < LEAST_FREE_MB) return problem(name, message, remedy);
    return mb < FEW_FREE_MB ? warning(name, message, remedy) : ok(name, message);
  });
}
