/** What bounds a task beside the options; each keeps a loop, a list or a text from growing without end. */
export const taskLimits = {
  /** Model turns, unless the options say otherwise. */
  steps: 20,
  /** Drafts of one action that are tried, unless the options say otherwise. */
  tries: 4,
  /** Actions that one search offers, unless the options say otherwise: models choose worse among many. */
  candidates: 5,
  /** Of them the first ones come with their schemas, which are what costs tokens. */
  withSchemas: 3,
  /** The same call with the same arguments, or the same search: the second may be a slip, the third is a loop. */
  repeats: 3,
  /** Calls of functions that do not exist, and answers without any text or call. */
  blunders: 3,
  /** A need, as it is searched for. */
  needCharacters: 1000,
  /** Distinct calls remembered for telling loops: more than any honest task makes. */
  remembered: 1000,
  /** Values of the conversation that an action is compared with. */
  values: 2000,
  /** Characters of the conversation that are read for them. */
  conversation: 300_000,
  /** Hosts that a question names. */
  hosts: 64,
  /** Of a part's type in a chat history, as an error names it. */
  partType: 40,
  /** Messages of a chat history. */
  history: 10_000,
} as const;
