import type { Refusal } from "./candidate.ts";
import { type Chosen, isFunctionType } from "./choose-signature.ts";
import { isUndefined } from "./json-form.ts";
import type { RecordedCalls } from "./recorded-calls.ts";

export type Refused = Pick<Refusal, "reason" | "detail">;

/** What needs no look at the values. */
export function refusalBefore(
  { signature }: Chosen,
  { calls, unwritable }: RecordedCalls,
): Refused | undefined {
  const takes = signature.parameters.find(isFunctionType);
  if (takes !== undefined) return { reason: "takes-functions", detail: takes.name };
  if (/^\(.*\)\s*=>/s.test(signature.returns?.trim() ?? "") && calls.length === 0)
    return { reason: "returns-functions", detail: signature.returns ?? "" };
  if (calls.length === 0 && unwritable.length === 0)
    return { reason: "no-tests", detail: "the tests do not call it, or run too seldom" };
  if (calls.length === 0) return ofUnwritable(unwritable);
  if (calls.every(({ result }) => isUndefined(result)))
    return { reason: "returns-nothing", detail: "all recorded calls returned undefined" };
  return undefined;
}

/** No call of it could be written down. */
export function ofUnwritable(unwritable: RecordedCalls["unwritable"]): Refused {
  const has = (what: string, where: string) =>
    unwritable.some((one) => one.what === what && one.where === where);
  if (has("function", "argument")) return { reason: "takes-functions", detail: "in all recorded calls" };
  if (has("function", "result")) return { reason: "returns-functions", detail: "in all recorded calls" };
  const kinds = [...new Set(unwritable.map(({ what, where }) => `${what} as ${where}`))];
  return { reason: "no-json", detail: kinds.slice(0, 4).join(", ") };
}

/** Too few of its calls could. */
export function fewCases(count: number, unwritable: RecordedCalls["unwritable"]): Refused {
  if (count === 0 && unwritable.length > 0) return ofUnwritable(unwritable);
  const kinds = [...new Set(unwritable.map(({ what }) => what))];
  const others = kinds.length === 0 ? "" : `; others have ${kinds.slice(0, 3).join(", ")}`;
  return {
    reason: "few-cases",
    detail: `only ${count} ${count === 1 ? "case was" : "cases were"} recorded${others}`,
  };
}
