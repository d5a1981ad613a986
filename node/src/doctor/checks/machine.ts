import { checksOf, spanText } from "../check.ts";
import type { Check, ClockFound, Findings } from "../types.ts";

const { ok, warning, problem } = checksOf("machine");

/** The oldest Node that has all of what a peer needs (package.json, engines). */
const LEAST_NODE = [22, 13] as const;
/** Below this the catalogue or a fetched bundle may not fit any more. */
const LEAST_FREE_MB = 100;
const FEW_FREE_MB = 1024;

/** Clocks of files and of the system differ by seconds; a wrong one by more. */
const FILE_SLACK_MS = 2 * 60_000;
/** A record takes seconds to come here; one that was made later than it came says that a clock is wrong. */
const LEAD_MS = 30_000;
/** One author's clock may be wrong; not that of most, and of at least so many. */
const LEAST_AUTHORS = 3;
const STEP_MS = 2_000;
/** Records further ahead are not taken (SPEC §6, `clockSkewMs`). */
const SKEW_MINUTES = 10;
const MEND_CLOCK =
  "Set this machine's clock, or let a time service do it (Linux: timedatectl set-ntp true), then start the peer anew.";

export function machineChecks(findings: Findings): Check[] {
  return [runtime(findings), ...clock(findings.clock), ...disk(findings)];
}

function runtime({ node }: Findings): Check {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const enough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (enough) return ok("runtime", `Node ${node}`);
  return problem("runtime", `Node ${node} is too old`, `Install Node ${LEAST_NODE.join(".")} or newer.`);
}

/**
 * No other clock is asked: none can be trusted that a stranger runs. What this machine's own files and the records that
 * came here say is enough to find a clock that is behind; one that is ahead can look like records that came late.
 */
function clock(found: ClockFound): Check[] {
  const { now, stepMs, newestFile, lastReceived, synchronised } = found;
  if (newestFile !== undefined && newestFile.at > now + FILE_SLACK_MS)
    return [
      problem(
        "clock",
        `${newestFile.path} was written ${spanText(newestFile.at - now)} in the future: the clock is behind, or was ahead then`,
        MEND_CLOCK,
      ),
    ];
  if (lastReceived !== undefined && lastReceived > now + FILE_SLACK_MS)
    return [
      problem(
        "clock",
        `the newest record came ${spanText(lastReceived - now)} in the future: the clock was set back since`,
        MEND_CLOCK,
      ),
    ];
  if (Math.abs(stepMs) > STEP_MS)
    return [
      warning(
        "clock",
        `the clock ${stepMs > 0 ? "went forward" : "was set back"} by ${spanText(stepMs)} while the doctor looked`,
        "Something sets it right now: wait until it stays, and look again.",
      ),
    ];
  const ahead = found.leads.filter((lead) => lead > LEAD_MS).toSorted((a, b) => a - b);
  if (ahead.length >= LEAST_AUTHORS && ahead.length * 2 > found.leads.length)
    return [
      warning(
        "clock",
        `${ahead.length} of ${found.leads.length} authors seem to live in the future, by ${spanText(ahead[ahead.length >> 1] ?? 0)}: the clock here was behind when their records came`,
        `${MEND_CLOCK} Records that are more than ${SKEW_MINUTES} minutes ahead are not taken.`,
      ),
    ];
  if (synchronised === false)
    return [warning("clock", "the system's time service has not set the clock yet", MEND_CLOCK)];
  const grounds = [
    ...(synchronised === true ? ["set by the system's time service"] : []),
    found.leads.length > 0
      ? `nothing against it in its files, nor in the records of ${found.leads.length} authors`
      : "nothing against it in its files (no records to compare it with)",
  ];
  return [ok("clock", grounds.join("; "))];
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
