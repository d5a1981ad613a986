import { CollectiveError, type Proof } from "@action-collective/protocol";
import type { Refusal, RefusalReason } from "./candidate.ts";
import { importLimits } from "./limits.ts";
import type { MadeAction } from "./make-actions.ts";

/** An action that passed in the sandbox, and what the collective has that is much like it. */
export interface ProvedAction extends MadeAction {
  readonly id: string;
  readonly similar: readonly { readonly id: string; readonly name: string }[];
  /** Why it may not leave this machine; absent when nothing speaks against it. */
  readonly unpublishable?: string;
}

/** What proves an action: `client.prove`. */
export type Prove = (made: MadeAction, signal: AbortSignal | undefined) => Promise<Proof>;

/** Proves actions, a few at a time, and keeps their order. One that cannot be proved does not stop the others. */
export async function proveActions(
  made: readonly MadeAction[],
  prove: Prove,
  {
    signal,
    progress,
  }: { readonly signal?: AbortSignal | undefined; readonly progress: (done: number) => void },
): Promise<{ readonly proved: readonly ProvedAction[]; readonly refused: readonly Refusal[] }> {
  const results: (ProvedAction | Refusal | undefined)[] = made.map(() => undefined);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < made.length; at = next++) {
      signal?.throwIfAborted();
      const one = made[at] as MadeAction;
      results[at] = await proveOne(one, prove, signal);
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: importLimits.proving }, work));
  const known = results.filter((one) => one !== undefined);
  return {
    proved: withNamesakes(known.filter((one) => "definition" in one)),
    refused: known.filter((one) => "reason" in one),
  };
}

/** One package's functions of one name are much alike, as of two of its entries. Pure. */
export function withNamesakes(proved: readonly ProvedAction[]): ProvedAction[] {
  const byName = Map.groupBy(proved, ({ called }) => called.toLowerCase());
  return proved.map((one) => {
    const others = (byName.get(one.called.toLowerCase()) ?? []).filter(
      ({ id }) => id !== one.id && !one.similar.some((card) => card.id === id),
    );
    const namesakes = others.map(({ id, definition }) => ({ id, name: definition.name }));
    return { ...one, similar: [...one.similar, ...namesakes] };
  });
}

/** What the peer says of one action; that the peer is gone ends the whole. */
async function proveOne(
  made: MadeAction,
  prove: Prove,
  signal: AbortSignal | undefined,
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
    similar: similar.map((card) => ({ id: card.id, name: card.name })),
    ...(unpublishable === undefined ? {} : { unpublishable }),
  };
}

/** Failures of the peer or of the way to it, not of an action. */
const ENDS = /^(?:peer-unreachable|not-running|unauthorized|no-peer|stopping|timeout)/;
