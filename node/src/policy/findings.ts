import type { FindingCode, SourceFinding } from "../analysis/types.ts";

/** Why an action is kept back, for people. */
export interface FindingsRefusal {
  readonly why: string;
  readonly remedy: string;
}

/** When findings are looked at: before one's own action leaves the machine, and before a stranger's runs. */
export type FindingStage = "publish" | "run";

/**
 * What is refused without the user saying so. A credential that was published cannot be taken back; nothing that a
 * stranger's text holds is a reason not to run it, since the sandbox holds whatever it does.
 */
const ALWAYS_REFUSED: Readonly<Record<FindingStage, readonly FindingCode[]>> = {
  publish: ["embedded-secret"],
  run: [],
};

/** Undefined when the findings stand in nobody's way. Pure. @param refused the user's `refuseFindings` setting */
export function decideFindings(
  stage: FindingStage,
  findings: readonly SourceFinding[],
  refused: readonly FindingCode[] = [],
): FindingsRefusal | undefined {
  const codes = new Set([...ALWAYS_REFUSED[stage], ...refused]);
  const found = findings.filter(({ code }) => codes.has(code));
  const [first] = found;
  if (first === undefined) return undefined;
  const where = first.in === "test" ? "the test's line" : "line";
  const more = found.length === 1 ? "" : ` (and ${found.length - 1} more)`;
  return {
    why: `${first.code}: ${where} ${first.line} ${first.message}${more}`,
    remedy:
      stage === "publish"
        ? "Remove it from the text; what is published can be withdrawn, but never unseen. A secret belongs in permissions.secrets."
        : `Read the action with "collective show --code"; to run it all the same, take ${first.code} out of the refuseFindings setting.`,
  };
}
