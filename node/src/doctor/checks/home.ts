import { checksOf } from "../check.ts";
import type { Belonging, Check, Findings } from "../types.ts";

const { ok, problem } = checksOf("home");
const OTHERS = 0o077;

export function homeChecks(findings: Findings): Check[] {
  return [settings(findings), ...belongings(findings), ...key(findings)];
}

function settings({ settings }: Findings): Check {
  if (settings === undefined) return ok("settings", "valid");
  return problem("settings", settings.message, settings.remedy);
}

function belongings({ home, unusable, secret, platform }: Findings): Check[] {
  const isExposed = ({ mode }: Belonging) =>
    mode !== undefined && (mode & OTHERS) !== 0 && platform !== "win32";
  if (unusable !== undefined)
    return [
      problem(
        "home",
        `${home.path} cannot be this peer's home: ${unusable}`,
        "Choose another folder with --home, or mend this one.",
      ),
      ...secret.filter(isExposed).map(exposedCheck),
    ];
  if (home.mode === undefined)
    return [ok("home", `${home.path} is not there yet; "collective start" makes it`)];
  if (platform === "win32") return [ok("home", home.path)];
  const exposed = [home, ...secret].filter(isExposed);
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

function key({ key }: Findings): Check[] {
  return key === undefined ? [] : [problem("key", key.message, key.remedy)];
}
