import type { Json } from "@action-collective/protocol";
import type { CallOutcome } from "../sandbox/types.ts";

/** A piece of a secret this long at the end of a text that was cut is taken for one. */
const LEAST_PIECE = 6;

/**
 * Blots out the values of secrets, as they are and in the encodings that honest code puts them in (JSON, URL, base64).
 * It prevents accidents; an action that means to give a secret away can write it backwards.
 */
export class Redactor {
  readonly #pieces: readonly { readonly text: string; readonly name: string }[];

  constructor(secrets: Readonly<Record<string, string>>) {
    this.#pieces = Object.entries(secrets)
      .flatMap(([name, value]) => formsOf(value).map((text) => ({ text, name })))
      // A form that holds another goes first.
      .toSorted((a, b) => b.text.length - a.text.length);
  }

  text(text: string): string {
    let clean = text;
    for (const { text: piece, name } of this.#pieces) {
      clean = clean.replaceAll(piece, `[${name}]`);
      clean = withoutTail(clean, piece, name);
    }
    return clean;
  }

  /** The same value with every text in it cleaned, keys included. */
  json(value: Json): Json {
    if (this.#pieces.length === 0) return value;
    return JSON.parse(JSON.stringify(value), (_, item: unknown) => this.#item(item)) as Json;
  }

  /** All that comes out of a run: its logs, and its output or error. */
  outcome(outcome: CallOutcome & { readonly logs: readonly string[] }): CallOutcome & { logs: string[] } {
    const logs = outcome.logs.map((line) => this.text(line));
    switch (outcome.status) {
      case "returned":
        return { ...outcome, logs, output: this.json(outcome.output) };
      case "threw":
      case "not-loaded":
        return { ...outcome, logs, name: this.text(outcome.name), message: this.text(outcome.message) };
      default:
        return { ...outcome, logs, message: this.text(outcome.message) };
    }
  }

  #item(item: unknown): unknown {
    if (typeof item === "string") return this.text(item);
    if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [this.text(key), inner]));
  }
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 8);
  const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
  const forms = [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    base64,
    Buffer.from(value).toString("base64url"),
  ];
  return [...new Set(forms)];
}

/** Logs are cut at a length: what is left of a secret at the end, with or without an ellipsis, goes too. */
function withoutTail(text: string, piece: string, name: string): string {
  const end = text.endsWith("…") ? text.length - 1 : text.length;
  for (let length = Math.min(piece.length - 1, end); length >= LEAST_PIECE; length--)
    if (text.startsWith(piece.slice(0, length), end - length))
      return `${text.slice(0, end - length)}[${name}]`;
  return text;
}
