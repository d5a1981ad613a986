import { type Case, type Fetch, type Permissions, reaches } from "@action-collective/protocol";
import type { NetworkAnswer } from "../sandbox/types.ts";

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/** What a case says that the network answers (SPEC §5.2), with nothing left to defaults. Pure. */
export function networkAnswersOf(fetches: readonly Fetch[]): NetworkAnswer[] {
  return fetches.map(({ method = "GET", url, status = 200, headers = {}, body }) => {
    const none = body === undefined || method === "HEAD" || WITHOUT_BODY.includes(status);
    const type = contentTypeOf(body, headers);
    return {
      ...{ method, url, status },
      headers: [...Object.entries(headers), ...(type === undefined ? [] : [["content-type", type] as const])],
      body: none ? null : textOf(body),
    };
  });
}

/** True when any case says what the network answers: then the action has a `fetch` in all of them. */
export function bringsAnswers(cases: readonly Case[]): boolean {
  return cases.some(({ fetches }) => fetches !== undefined);
}

/** Those that a used action may ask for. Pure. */
export function answersWithin(
  { net = [] }: Permissions,
  answers: readonly NetworkAnswer[],
): readonly NetworkAnswer[] {
  return answers.filter(({ url }) => reaches(net, url));
}

type Body = NonNullable<Fetch["body"]>;

function textOf(body: Body): string {
  return "text" in body ? body.text : JSON.stringify(body.json);
}

function contentTypeOf(
  body: Body | undefined,
  headers: Readonly<Record<string, string>>,
): string | undefined {
  if (body === undefined || Object.hasOwn(headers, "content-type")) return undefined;
  return "text" in body ? "text/plain;charset=UTF-8" : "application/json";
}
