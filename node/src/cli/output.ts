import { styleText } from "node:util";
import { cleanText, type Json, visibleJson } from "@action-collective/protocol";

export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Streams {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** A terminal that does not say how wide it is. */
const DEFAULT_COLUMNS = 80;
/** More of one field is not read on a terminal. */
const LINE_CHARACTERS = 2_000;

/**
 * Where a command writes. Data goes to stdout, everything said about it to stderr; with `--json`, stdout is one JSON
 * document and nothing else.
 */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly #streams: Streams;

  constructor(streams: Streams, { json, quiet }: { readonly json: boolean; readonly quiet: boolean }) {
    this.json = json;
    this.#streams = streams;
    this.quiet = quiet;
  }

  /** How wide a line may be: what a file or program reads is not cut. */
  get columns(): number {
    return this.terminal ? (this.#streams.stdout.columns ?? DEFAULT_COLUMNS) : Number.POSITIVE_INFINITY;
  }

  /** True when a person, not a file or program, reads stdout. */
  get terminal(): boolean {
    return this.#streams.stdout.isTTY === true;
  }

  /** The document of `--json`, or else what `lines` makes for people. */
  data(document: unknown, lines: () => readonly string[]): void {
    if (this.json) this.#streams.stdout.write(`${jsonText(document)}\n`);
    else for (const line of lines()) this.#streams.stdout.write(`${line}\n`);
  }

  /** Text that is the data itself, byte for byte. */
  raw(text: string): void {
    this.#streams.stdout.write(text);
  }

  /** Something worth knowing that is not data. */
  note(text: string): void {
    if (!this.json && !this.quiet) this.#streams.stderr.write(`${text}\n`);
  }

  /** A failure: always on stderr, as JSON with `--json`. */
  failure(document: unknown, lines: () => readonly string[]): void {
    const text = this.json ? jsonText(document) : lines().join("\n");
    this.#streams.stderr.write(`${text}\n`);
  }

  /** Colour on stdout where a terminal shows it and NO_COLOR (no-color.org) does not forbid it. */
  paint(style: Style, text: string): string {
    return this.#coloured(this.#streams.stdout) ? styleText(style, text, { validateStream: false }) : text;
  }

  paintError(style: Style, text: string): string {
    return this.#coloured(this.#streams.stderr) ? styleText(style, text, { validateStream: false }) : text;
  }

  #coloured(stream: TextSink): boolean {
    return stream.isTTY === true && !this.#streams.env.NO_COLOR && this.#streams.env.TERM !== "dumb";
  }
}

/** Anybody's text on one line of a terminal. */
export function oneLine(text: string, most = LINE_CHARACTERS): string {
  return cleanText(text.trim().replace(/\s+/g, " "), most);
}

/** Anybody's text, line by line. */
export function manyLines(text: string, most = 100_000): string {
  return cleanText(text.replace(/\r\n?/g, "\n"), most);
}

/** JSON that a terminal can show too: what is invisible or changes direction is escaped, the value is the same. */
export function jsonText(value: unknown, indent = 2): string {
  return visibleJson((value ?? null) as Json, indent);
}
