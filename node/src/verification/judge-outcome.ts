import { cleanText, limits } from "@action-collective/protocol";
import type { LimitName } from "../sandbox/types.ts";
import type { EndedOutcome } from "./judge-invoke.ts";
import type { Outcome, ReasonCode } from "./report.ts";

/** What a part of a verification came to. */
export interface Finding {
  readonly outcome: Outcome;
  readonly code: ReasonCode;
  readonly detail: string;
  readonly limit?: LimitName;
}

export const PASSED: Finding = { outcome: "pass", code: "passed", detail: "" };

export function failed(code: ReasonCode, detail: string): Finding {
  return { outcome: "fail", code, detail };
}

export function unknown(code: ReasonCode, detail: string): Finding {
  return { outcome: "unknown", code, detail };
}

/**
 * A process that ended before it answered. CPU, memory and output are the code's own doing; the wall clock depends
 * on how busy the machine is, so it decides nothing.
 */
export function findingOfEnd(outcome: EndedOutcome, whose: "the action" | "the test"): Finding {
  const detail = `${whose}: ${outcome.message}`;
  switch (outcome.status) {
    case "not-loaded":
      return failed("not-loaded", `${whose}: ${outcome.name}: ${outcome.message}`);
    case "limit":
      return {
        ...(outcome.limit === "wall" ? unknown("wall-clock", detail) : failed("limit", detail)),
        limit: outcome.limit,
      };
    case "died":
      return failed("died", detail);
    case "unavailable":
      return unknown("sandbox-unavailable", detail);
  }
}

/** One showable line: the code, then the detail. */
export function reasonOf({ code, detail }: Finding): string {
  const line = detail === "" ? code : `${code}: ${detail.replace(/\s+/g, " ")}`;
  return cleanText(line, limits.reasonCharacters - 1);
}
