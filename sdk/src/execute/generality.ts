import type { ActionDefinition } from "@action-collective/protocol";
import { COMMON_DATES, COMMON_NUMBERS, COMMON_WORDS, STANDARD } from "./common-values.ts";
import { taskLimits } from "./limits.ts";

/** Where a value of the conversation stands in an action. */
export interface Particular {
  readonly value: string;
  /** `code`, `cases`, `description` … */
  readonly part: string;
}

/** A value that may be the user's own, and where it must not be found. */
interface Value {
  readonly text: string;
  /** `data`: in cases and string literals only; words of the trade are names of things elsewhere. */
  readonly zone: "anywhere" | "data";
  /** Of a number: it is the same one however it is written. */
  readonly number?: number;
}

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const ADDRESS = /\bhttps?:\/\/[^\s"'<>)\]}]+/gi;
const DATE = /\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}([./])\d{1,2}\1\d{4}\b/g;
const LONG_RUN = /\S{200}/g;
const NUMBER = /(?<![\w.])\d(?:[\d_]|,(?=\d{3}))*(?:\.\d+)?(?!\w)/g;
/** Not what a colon follows: names of properties in JSON. */
const QUOTED =
  /"([^"\n]{4,200})"(?!\s*:)|“([^”\n]{4,200})”|`([^`\n]{4,200})`|(?<![\w'])'([^'\n]{4,200})'(?![\w'])/g;
/** Letters and digits mixed, as order numbers, account numbers, keys and hashes are: many digits, or much to and fro. */
const MANY_DIGITS = /(?:\d.*){4}/;
const TO_AND_FRO = /(?:\d+[A-Za-z]+){2}/;
/** `12-month`, `1000-metre`: a number and a word. */
const COUNTED = /^\d+(?:-[a-z]+)+$/;
const IDENTIFIER = /\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{7,}\b/g;
const FULL_NAME = /(?<=[\p{Ll}\d,;:)]\s)\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)+/gu;
const NAME = /(?<=[\p{Ll}\d,;:)]\s)\p{Lu}\p{Ll}{2,}\b/gu;
/** `YYYY-MM-DD`, `HH:mm`: forms, not values. */
const FORM = /^[YMDHhmsST:\-/. ]+$/;

/**
 * Values of the conversation that stand in an action, so that it would serve this task only, or tell others about it.
 * A guess by form, on the safe side: what it finds is told to the model, and never published. Pure.
 * @param conversation what the user wrote, and what actions returned
 */
export function particulars(definition: ActionDefinition, conversation: readonly string[]): Particular[] {
  const values = valuesIn(conversation);
  const own = wordsOfSchemas(definition);
  const found = new Map<string, Particular>();
  for (const [part, text, zone] of partsOf(definition)) {
    const numbers = new Set(numbersIn(text).map(Number));
    const folded = text.toLowerCase();
    for (const value of values) {
      if (value.zone === "data" && (zone !== "data" || own.has(value.text))) continue;
      if (isIn(value, text, folded, numbers)) found.set(`${part} ${value.text}`, { value: value.text, part });
    }
  }
  return [...found.values()];
}

/** Values of the conversation that stand in a text which others would read. Pure. */
export function ownValues(text: string, conversation: readonly string[]): string[] {
  const numbers = new Set(numbersIn(text).map(Number));
  return valuesIn(conversation)
    .filter((value) => isIn(value, text, text.toLowerCase(), numbers))
    .map((value) => value.text);
}

/** What looks like somebody's own value. Exported for those who want to see what is compared. */
export function valuesIn(conversation: readonly string[]): Value[] {
  const values = new Map<string, Value>();
  const add = (text: string, zone: Value["zone"], number?: number) => {
    if (text.length < 3 || values.size >= taskLimits.values || values.has(text)) return;
    values.set(text, { text, zone, ...(number === undefined ? {} : { number }) });
  };
  let left: number = taskLimits.conversation;
  for (const whole of conversation) {
    // Patterns look back at most one such run: without it, a text without spaces would take for ever.
    const text = whole.slice(0, left).replaceAll(LONG_RUN, "$& ");
    left -= text.length;
    for (const [match] of text.matchAll(ADDRESS)) add(match.replace(/[.,;:!?]+$/, ""), "anywhere");
    for (const [match] of text.matchAll(EMAIL)) add(match, "anywhere");
    for (const [match] of text.matchAll(DATE)) if (!COMMON_DATES.has(match)) add(match, "anywhere");
    const rest = [ADDRESS, EMAIL, DATE, STANDARD].reduce((left, form) => left.replaceAll(form, " "), text);
    for (const match of rest.matchAll(QUOTED)) {
      const quoted =
        match
          .slice(1)
          .find((group) => group !== undefined)
          ?.trim() ?? "";
      if (!FORM.test(quoted)) add(quoted, /^[\p{L}_-]+$/u.test(quoted) ? "data" : "anywhere");
    }
    for (const [match] of rest.matchAll(IDENTIFIER)) if (isOwnIdentifier(match)) add(match, "anywhere");
    for (const number of numbersIn(rest)) if (isOwnNumber(number)) add(number, "anywhere", Number(number));
    for (const [match] of rest.matchAll(FULL_NAME))
      if (!match.split(/\s/).some((word) => COMMON_WORDS.has(word))) add(match, "anywhere");
    for (const [match] of rest.matchAll(NAME)) if (!COMMON_WORDS.has(match)) add(match, "data");
  }
  return [...values.values()];
}

/** Numbers without what groups their digits. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(NUMBER)].map(([match]) => match.replaceAll(/[,_]/g, ""));
}

function isOwnIdentifier(text: string): boolean {
  if (text.startsWith("bafy") || COUNTED.test(text)) return false;
  return MANY_DIGITS.test(text) || TO_AND_FRO.test(text);
}

/** Four digits or more, and neither a year, a round number nor one of the world's. */
function isOwnNumber(number: string): boolean {
  const digits = number.replace(".", "");
  if (digits.length < 4 || COMMON_NUMBERS.has(number)) return false;
  return !/^(?:19|20)\d\d$/.test(number) && !/^\d0*$/.test(number);
}

function isIn({ text, number }: Value, plain: string, folded: string, numbers: ReadonlySet<number>): boolean {
  if (number !== undefined) return numbers.has(number);
  // A name must be written as a name, and stand alone.
  return /^\p{Lu}\p{Ll}+(?:\s\p{Lu}\p{Ll}+)*$/u.test(text)
    ? standsAlone(plain, text)
    : folded.includes(text.toLowerCase());
}

function standsAlone(within: string, text: string): boolean {
  const neighbour = /[\p{L}\d_]/u;
  for (let at = within.indexOf(text); at !== -1; at = within.indexOf(text, at + 1))
    if (!neighbour.test(within[at - 1] ?? " ") && !neighbour.test(within[at + text.length] ?? " "))
      return true;
  return false;
}

/** Words that an action takes or gives by its own schemas, such as names of units: no one's own. */
function wordsOfSchemas({ input, output }: ActionDefinition): Set<string> {
  const words = new Set<string>();
  const open: unknown[] = [input, output];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      open.push(value);
      if (key !== "enum" && key !== "const") continue;
      for (const word of [value].flat()) if (typeof word === "string") words.add(word);
    }
  }
  return words;
}

/** What an error says names the thing that the action is about. */
const ERROR = /\w*Error\(\s*(?=["'`])/g;
const LITERAL = /"(?:[^"\\\n]|\\.){0,2000}"|'(?:[^'\\\n]|\\.){0,2000}'|`(?:[^`\\]|\\.){0,2000}`/g;

function partsOf(definition: ActionDefinition): [part: string, text: string, zone: Value["zone"]][] {
  const { name, description, useWhen, tags, input, output, code, test = "", cases } = definition;
  const literals = (source: string) =>
    source
      .split(ERROR)
      .flatMap((piece, index) => [...piece.matchAll(LITERAL)].slice(index === 0 ? 0 : 1))
      .map(([literal]) => literal)
      .join("\n");
  return [
    ["name", name, "anywhere"],
    ["description", description, "anywhere"],
    ["useWhen", useWhen.join("\n"), "anywhere"],
    ["tags", tags.join("\n"), "anywhere"],
    ["input schema", JSON.stringify(input), "anywhere"],
    ["output schema", JSON.stringify(output), "anywhere"],
    ["code", code, "anywhere"],
    ["code", literals(code), "data"],
    ["test", test, "anywhere"],
    ["test", literals(test), "data"],
    ["cases", JSON.stringify(cases), "data"],
  ];
}
