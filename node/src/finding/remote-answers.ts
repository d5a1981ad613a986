import type { ActionId, AskRequest } from "@action-collective/protocol";
import { LEAST_FIT } from "./remote-strength.ts";

export interface AnswerParts {
  /** What this peer would show its own user, from its own index alone, with the strength of each hit (0 to 1). */
  readonly find: (
    request: AskRequest,
    signal: AbortSignal,
  ) => Promise<readonly { readonly id: ActionId; readonly strength: number }[]>;
  /** A publication that counts, as its author signed it; undefined for an action that nobody published. */
  readonly publication: (id: ActionId) => Uint8Array | undefined;
}

/**
 * What this peer answers a neighbour (SPEC §15). The question is neither kept nor passed on. Throws what `find` throws, and
 * the signal's reason.
 */
export async function answerQuestion(
  request: AskRequest,
  { find, publication }: AnswerParts,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  signal.throwIfAborted();
  const hits = await find(request, signal);
  // A peer that is stopping must not read what may be closed already.
  signal.throwIfAborted();
  return hits
    .filter(({ strength }) => strength >= LEAST_FIT)
    .map(({ id }) => publication(id))
    .filter((record) => record !== undefined);
}
