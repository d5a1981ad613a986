import { CollectiveError } from "@action-collective/protocol";
import {
  type ActionClient,
  type ActionDifference,
  type ActionView,
  compareActions,
  type WholeAction,
} from "action-collective";

/** An action with its text, as far as that can be had: it may lie on no machine that answers. */
export async function wholeAction(client: ActionClient, id: string): Promise<WholeAction> {
  const view = await client.show(id);
  try {
    return { view, source: await client.source(id) };
  } catch (error) {
    if (error instanceof CollectiveError && error.code === "content-unavailable") return { view };
    throw error;
  }
}

export interface Move {
  readonly from: WholeAction;
  readonly to: WholeAction;
  readonly difference: ActionDifference;
}

/** What moving a pin from one action to another would change. */
export async function moveBetween(client: ActionClient, from: string, to: string): Promise<Move> {
  const [before, after] = [await wholeAction(client, from), await wholeAction(client, to)];
  return { from: before, to: after, difference: compareActions(before, after) };
}

/** What the cases of the old action say of the new one. */
export interface Tried {
  readonly passed: number;
  readonly cases: number;
  /** Why they could not be judged, or what failed first; absent where all passed. */
  readonly why?: string;
}

/** Judges the new action by the old one's cases, in the sandbox as in any verification. Nothing is kept or published. */
export async function triedWithOldCases(client: ActionClient, { from, to }: Move): Promise<Tried> {
  const { cases } = from.view;
  const none = { passed: 0, cases: cases.length };
  if (cases.length === 0) return { ...none, why: "the old one has no cases, only a test module" };
  if (to.source === undefined) return { ...none, why: "the code of the new one could not be fetched" };
  const { name, description, useWhen, language, tags, licence, permissions, input, output, uses } = to.view;
  const texts = { name, description, useWhen, language, tags, licence };
  const { code, test } = to.source;
  try {
    const { verification } = await client.prove({
      ...{ ...texts, permissions, input, output, uses, code, cases },
      ...(test === undefined ? {} : { test }),
    });
    const passed = verification.cases.filter(({ status }) => status === "passed").length;
    return { passed, cases: cases.length, ...(passed === cases.length ? {} : { why: verification.reason }) };
  } catch (error) {
    if (!(error instanceof CollectiveError) || error.code === "peer-unreachable") throw error;
    return { ...none, why: error.message };
  }
}

/** The newest that could take an action's place: its author's own, not taken back, and not failing or refused here. */
export function bestSuccessor(
  versions: Awaited<ReturnType<ActionClient["versions"]>>["versions"],
): (typeof versions)[number] | undefined {
  return versions.find(
    ({ relation, withdrawn, standing, refused }) =>
      relation === "successor" && !withdrawn && standing !== "failed" && refused === undefined,
  );
}

/** As a person reads it: `net api.example.org, secret TOKEN`. */
export function needsText({ net = [], secrets = [] }: ActionView["permissions"]): string {
  return [...net.map((host) => `net ${host}`), ...secrets.map((name) => `secret ${name}`)].join(", ");
}
