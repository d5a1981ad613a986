import { checksOf } from "../check.ts";
import type { Check, Findings } from "../types.ts";

const { ok, warning, problem } = checksOf("sandbox");

export function sandboxChecks(findings: Findings): Check[] {
  return [...walls(findings), ...deno(findings), ...selfTest(findings), parser(findings)];
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

function deno({ deno: { expected, says, failure }, sandbox }: Findings): Check[] {
  // Where it is missing, the sandbox has said so.
  if (!sandbox.opened) return [];
  const again =
    "Install the dependencies again (npm ci), and let nothing else change what is in node_modules.";
  if (says === undefined)
    return [problem("deno", `it does not say its version: ${failure ?? "no answer"}`, again)];
  if (says === expected) return [ok("deno", `${says}, as expected`)];
  return [warning("deno", `it is version ${says}, and this program was made for ${expected}`, again)];
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
