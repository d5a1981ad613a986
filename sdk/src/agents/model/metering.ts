import { CollectiveError } from "@action-collective/protocol";
import type { Turn, TurnAnswer } from "../../model/types.ts";
import type { Place } from "../types.ts";
import { TokensSpentError } from "./errors.ts";
import { modelAgentLimits } from "./limits.ts";

/** Counts what turns cost against an agent's budget, and those above it. */
export interface Meter {
  /** @throws {TokensSpentError} nothing is left for a turn */
  before(): void;
  /** @returns whether there is something left; the turn that went over was the last */
  after(tokens: number): Promise<boolean>;
}

/** Outside a space there is no budget. */
export const UNMETERED: Meter = { before: () => undefined, after: async () => true };

export function meterOf(place: Pick<Place, "spend" | "left">): Meter {
  const left = () => place.left().tokens ?? Number.POSITIVE_INFINITY;
  return {
    before: () => {
      if (left() <= 0) throw new TokensSpentError();
    },
    after: async (tokens) => {
      if (await spent(place, tokens)) return left() > 0;
      // It went over: what was left is gone too, though somebody else may take of it meanwhile.
      const rest = left();
      if (Number.isFinite(rest) && rest > 0) await spent(place, rest);
      return false;
    },
  };
}

async function spent(place: Pick<Place, "spend">, tokens: number): Promise<boolean> {
  try {
    await place.spend({ tokens });
    return true;
  } catch (error) {
    if (error instanceof CollectiveError && error.code === "budget-spent") return false;
    throw error;
  }
}

/** What a turn cost: as the server says, or by the length of its texts where that says nothing. Pure. */
export function tokensOf(
  { messages, tools }: Pick<Turn, "messages" | "tools">,
  { text, toolCalls, usage }: TurnAnswer,
): number {
  const counted = usage.input + usage.output;
  if (counted > 0) return counted;
  const characters = JSON.stringify([messages, tools, text, toolCalls]).length;
  return Math.ceil(characters / modelAgentLimits.charactersPerToken);
}
