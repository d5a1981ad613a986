import { createHash } from "node:crypto";
import { type BodyOf, cleanText, encodeCanonical, limits } from "@action-collective/protocol";
import type { Strength } from "../strength/types.ts";
import type { Report } from "./report.ts";

/** The signed, public form of a report: what others need to judge it, and a digest of the rest (SPEC §4.5). */
export function verdictOf(report: Report): BodyOf<"verdict"> {
  const count = (items: readonly { status: string }[]) => ({
    run: items.filter((item) => item.status !== "skipped").length,
    passed: items.filter((item) => item.status === "passed").length,
  });
  return {
    outcome: report.outcome,
    reason: oneLine(report.reason, limits.reasonCharacters),
    runner: oneLine(report.runner.runner, 64),
    deno: oneLine(report.runner.deno, 32),
    layers: report.runner.layers.slice(0, 8).map((layer) => oneLine(layer, 32)),
    cases: count(report.cases),
    tests: count(report.tests),
    calls: report.calls,
    durationMs: Math.round(report.durationMs),
    permissions: report.permissionsObserved.slice(0, 16).map((wish) => oneLine(wish, 300)),
    ...(report.strength === undefined ? {} : { strength: strengthOf(report.strength) }),
    evidence: createHash("sha256")
      .update(encodeCanonical(JSON.parse(JSON.stringify(report))))
      .digest(),
  };
}

/** The survivors stay with the verifier. */
function strengthOf({ mutants, killed }: Strength): Pick<Strength, "mutants" | "killed"> {
  return { mutants, killed };
}

function oneLine(text: string, most: number): string {
  return cleanText(text.replace(/\s+/gu, " "), most - 1);
}
