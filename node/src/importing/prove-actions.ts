import { type Card, CollectiveError, type Proof } from "@action-collective/protocol";
import type { Refusal, RefusalReason } from "./candidate.ts";
import { importLimits } from "./limits.ts";
import { alikeAmong, type LookAlike, plainName } from "./look-alikes.ts";
import type { MadeAction } from "./make-actions.ts";

/** An action that passed in the sandbox, and what the collective has that is much like it. */
export interface ProvedAction extends MadeAction {
  readonly id: string;
  readonly similar: readonly LookAlike[];
  /** Why it may not leave this machine; absent when nothing speaks against it. */
  readonly unpublishable?: string;
}

/** What proves an action: `client.prove`. */
export type Prove = (made: MadeAction, signal: AbortSignal | undefined) => Promise<Proof>;

/** What this machine's peer knows of such words: `client.search`, without asking others. */
export type Look = (
  query: string,
  signal: AbortSignal | undefined,
) => Promise<readonly Pick<Card, "id" | "name" | "match">[]>;

/** Proves actions, a few at a time, and keeps their order. One that cannot be proved does not stop the others. */
export async function proveActions(
  made: readonly MadeAction[],
  prove: Prove,
  {
    look,
    signal,
    progress,
  }: {
    readonly look: Look;
    readonly signal?: AbortSignal | undefined;
    readonly progress: (done: number) => void;
  },
): Promise<{ readonly proved: readonly ProvedAction[]; readonly refused: readonly Refusal[] }> {
  const results: (ProvedAction | Refusal | undefined)[] = made.map(() => undefined);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < made.length; at = next++) {
      signal?.throwIfAborted();
      const one = made[at] as MadeAction;
      results[at] = await proveOne(one, { prove, look, signal });
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: importLimits.proving }, work));
  const known = results.filter((one) => one !== undefined);
  return {
    proved: withLookAlikes(known.filter((one) => "definition" in one)),
    refused: known.filter((one) => "reason" in one),
  };
}

/** What the peer has of it comes first, then what is alike in one import, by the best reason. Pure. */
export function withLookAlikes(proved: readonly ProvedAction[]): ProvedAction[] {
  const own = alikeAmong(proved);
  return proved.map((one) => {
    const among = own.get(one.id) ?? [];
    // What this import made shows up in the peer's answers as well, and is not as much as it seems.
    const others = one.similar.filter(({ id }) => id !== one.id && !own.has(id));
    return { ...one, similar: [...others, ...among] };
  });
}

/** What the peer says of one action; that the peer is gone ends the whole. */
async function proveOne(
  made: MadeAction,
  {
    prove,
    look,
    signal,
  }: { readonly prove: Prove; readonly look: Look; readonly signal: AbortSignal | undefined },
): Promise<ProvedAction | Refusal> {
  const { from, definition } = made;
  const refused = (reason: RefusalReason, detail: string): Refusal => ({
    name: definition.name,
    from,
    reason,
    detail,
  });
  let proof: Proof;
  try {
    proof = await prove(made, signal);
  } catch (error) {
    if (!(error instanceof CollectiveError) || ENDS.test(error.code)) throw error;
    return refused("invalid", error.message);
  }
  const { id, verification, similar, unpublishable } = proof;
  if (verification.outcome === "fail") return refused("not-proved", verification.reason);
  if (verification.outcome === "unknown") return refused("unknown", verification.reason);
  return {
    ...made,
    id,
    similar: await lookAlikes(made, similar, look, signal),
    ...(unpublishable === undefined ? {} : { unpublishable }),
  };
}

/** From this match on a found text says much the same: a slug "of a title" and "of a text" have 0.87, others below 0.4. */
const SAME_WORDS = 0.8;

/** What the peer calls the same, and what is called or described like it. */
async function lookAlikes(
  { called, definition }: MadeAction,
  similar: Proof["similar"],
  look: Look,
  signal: AbortSignal | undefined,
): Promise<LookAlike[]> {
  const found = new Map<string, LookAlike>();
  for (const { id, name } of similar) found.set(id, { id, name, why: "much the same words" });
  const cards = await look(`${called} ${definition.description}`, signal).catch(() => []);
  signal?.throwIfAborted();
  for (const { id, name, match } of cards) {
    const isNamesake = plainName(name) === plainName(called);
    if ((isNamesake || match >= SAME_WORDS) && !found.has(id))
      found.set(id, { id, name, why: isNamesake ? "same name" : "much the same words" });
  }
  return [...found.values()];
}

/** Failures of the peer or of the way to it, not of an action. */
const ENDS = /^(?:peer-unreachable|not-running|unauthorized|no-peer|stopping|timeout)/;
