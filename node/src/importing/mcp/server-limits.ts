/** What the import of one server reads, asks and calls at most. */
export const serverLimits = {
  tools: 500,
  /** Calls of one tool, each made twice. */
  inputs: 16,
  /** Modules of its source that are read. */
  modules: 2_000,
  /** Declarations that one handler may lean on in its own module. */
  declarations: 400,
  /** How long a server may take to begin, and for one call. */
  startMs: 60_000,
  callMs: 20_000,
  /** Characters of one answer: it becomes part of a case. */
  answerCharacters: 3_000,
} as const;
