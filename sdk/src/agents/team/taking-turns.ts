import { isJsonObject, type Json } from "@action-collective/protocol";
import { contentText } from "../model/conversation.ts";

/** Characters of what was said that a question about it holds. */
const SPOKEN_CHARACTERS = 4_000;
/** Names that a question lists. */
const MOST_NAMES = 64;

/** What channels are, among the roles. Only the user gives it. */
export const CHANNEL_ROLE = "channel";

/** What whoever is in a channel is asked by it, in words: `hand` and `floor` of a group chat. */
export const TURN_INTENTS = ["hand", "floor"] as const;
export type TurnIntent = (typeof TURN_INTENTS)[number];

export function isTurnIntent(intent: string): intent is TurnIntent {
  return intent === "hand" || intent === "floor";
}

/** The question that such a message asks, for a person or a model. Pure. */
export function turnQuestion(intent: TurnIntent, content: Json): string {
  const spoken = intent === "hand" ? content : fieldOf(content, "spoken");
  const from = contentText(fieldOf(spoken, "from"), 256);
  const said = `${from} said: ${contentText(fieldOf(spoken, "content"), SPOKEN_CHARACTERS)}`;
  return intent === "hand"
    ? `${said}\n\nDo you want to say something new about it? Answer with one word: yes or no.`
    : `${said}\n\nWho is to speak next: ${handsOf(content).join(", ")}? Answer with that name alone, or nobody if enough was said.`;
}

/**
 * What an answer in words means: for `hand` whether it is up; for `floor` one whose hand is up, null for nobody, and undefined
 * for what is neither. Pure.
 */
export function turnAnswer(
  intent: TurnIntent,
  content: Json,
  said: string,
): boolean | string | null | undefined {
  // A name may have dots and dashes within it, a sentence ends in one.
  const words = (said.toLowerCase().match(/[\p{L}\p{N}_.-]+/gu) ?? []).map((word) =>
    word.replace(/[.-]+$/, ""),
  );
  if (intent === "hand") return words[0] === "yes" || words[0] === "true";
  const hands = handsOf(content);
  const named = hands.filter((hand) => words.includes(hand.toLowerCase()));
  if (named.length === 1) return named[0];
  return named.length === 0 && words.some((word) => word === "nobody" || word === "none") ? null : undefined;
}

/** Said in place of an answer in a group, by who has nothing to add. */
export const PASS = "PASS";

/** With what people and models put around a word. */
const MOST_PASS_CHARACTERS = 32;

/** Whether an answer says nothing. */
export function isPass(content: Json): boolean {
  if (typeof content !== "string" || content.length > MOST_PASS_CHARACTERS) return false;
  const word = content.replace(/[\s\p{P}`]+/gu, "").toLowerCase();
  return word === "" || word === PASS.toLowerCase();
}

function handsOf(content: Json): string[] {
  const hands = fieldOf(content, "hands");
  const names: Json[] = Array.isArray(hands) ? hands : [];
  return names.filter((hand): hand is string => typeof hand === "string").slice(0, MOST_NAMES);
}

function fieldOf(value: Json, name: string): Json {
  return isJsonObject(value) ? (value[name] ?? null) : null;
}
