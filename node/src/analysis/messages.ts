import type { Described, Language } from "@action-collective/protocol";
import type { Mutant, SourceFinding, SourceMark } from "./types.ts";

/** What the analysis child is asked; one request at a time. */
export type Request =
  /** Which other modules a text asks for. */
  | { readonly kind: "imports"; readonly code: string; readonly language: Language }
  | { readonly kind: "findings"; readonly code: string; readonly language: Language }
  /** Where a text asks the network, reads secrets and calls other actions. */
  | { readonly kind: "marks"; readonly code: string; readonly language: Language }
  /** Credentials in any text, e.g. the cases of an action. */
  | { readonly kind: "secrets"; readonly text: string }
  /** What types and comments say of the action, and of the methods of a class. */
  | {
      readonly kind: "describe";
      readonly code: string;
      readonly language: Language;
      readonly class?: string | undefined;
    }
  | {
      readonly kind: "mutants";
      readonly code: string;
      readonly language: Language;
      readonly most: number;
    };

/** One place where a text asks for another module, or for where it is itself. */
export interface ModuleRequest {
  readonly form: "import" | "re-export" | "import()" | "import.meta" | "import type" | "import =";
  /** Undefined where it is computed or there is none. */
  readonly specifier?: string;
  /** Has attributes or a phase: `with { type: "text" }`, `import source x`. */
  readonly special: boolean;
  /** Of the specifier, without its quotes; of the whole where there is none. */
  readonly start: number;
  readonly end: number;
}

/** By kind of request. */
export interface Answers {
  readonly imports: readonly ModuleRequest[];
  readonly findings: readonly SourceFinding[];
  readonly marks: readonly SourceMark[];
  readonly secrets: readonly SourceFinding[];
  readonly describe: Described;
  readonly mutants: readonly Mutant[];
}

export type Reply =
  /** The first message of a child; `parser` says whether oxc-parser's binding could be loaded. */
  | { readonly ready: true; readonly parser: boolean }
  | { readonly answer: Answers[keyof Answers] }
  /** The text is no module: its first syntax error. */
  | { readonly unreadable: string }
  /** A bug of ours. */
  | { readonly failed: string };
