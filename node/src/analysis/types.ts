import type { Language } from "@action-collective/protocol";
import type { Program } from "oxc-parser";
import type { AllowedImport } from "../sandbox/scan.ts";

/** What a text is: an action imports nothing, a test the two modules of the contract. */
export type SourceKind = "action" | "test";

export interface SourceText {
  readonly code: string;
  readonly language: Language;
}

/** Stable words for what a text holds; policy and reports name them. */
export const FINDING_CODES = [
  /** Text turned into code: eval, Function, a string given to a timer. */
  "eval",
  /** WebAssembly made from bytes, which no reader can judge. */
  "webassembly",
  /** A credential written into the text. */
  "embedded-secret",
  /** A line so long that nobody reads it. */
  "long-line",
  /** A long string that looks random: packed or encrypted content. */
  "packed-text",
  /** Ordinary characters written as escapes. */
  "dense-escapes",
  /** A property of the global object whose name is put together. */
  "computed-global",
  /** Built-in objects changed for everybody. */
  "changed-built-in",
  /** Depends on when it runs: Date.now, new Date(), performance.now. */
  "reads-clock",
  /** Depends on chance: Math.random, crypto. */
  "uses-randomness",
  /** Depends on where it runs: Intl or toLocale… without a locale or time zone. */
  "uses-locale",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** "info" says what to expect of it; "warning" what an honest action seldom needs; "danger" what none needs. */
export type Severity = "info" | "warning" | "danger";

/** Something worth knowing in a stranger's text. Its message quotes nothing secret and is one showable line. */
export interface SourceFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** Where it stands: absent for the action's own text. */
  readonly in?: "test";
}

/** A place in a text that does what a reader should see. */
export interface SourceMark {
  /** It asks the network, reads a secret, or calls another action. */
  readonly kind: "net" | "secrets" | "uses";
  /** From 1. */
  readonly line: number;
  /** From 0, and how much of that line; in UTF-16 code units. */
  readonly column: number;
  readonly length: number;
}

/** What a parser made of one text. */
export interface Analysis {
  /** What the contract forbids, as one line; absent when the text may be loaded. */
  readonly refusal?: string;
  /** The allowed imports of a test, in order; none in an action. */
  readonly imports: readonly AllowedImport[];
  /** In order of lines; at most `MOST_FINDINGS`. */
  readonly findings: readonly SourceFinding[];
}

/** One small change to a program that its tests should notice: `replacement` takes the place of [start, end). */
export interface Mutant {
  /** The family of the change, e.g. "arithmetic", "comparison", "constant". */
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** From 1. */
  readonly line: number;
}

/** Parses a module; offsets are UTF-16 code units, as `String.prototype.slice` counts. @throws {SyntaxError} */
export type ParseProgram = (code: string, language: Language) => Program;

/** What `mutants.ts` exports as `mutantsOf`: all mutants in the order of the text. Pure; runs in the analysis child. */
export type MutantsOf = (code: string, language: Language, parse: ParseProgram) => Mutant[];
