/** What bounds makers of tools and those who use them. */
export const makerLimits = {
  /** Characters of what a tool is needed for. */
  need: 1_000,
  /** Characters of an example, of a failing input, as JSON. */
  sample: 4_000,
  /** Characters of a failure's message. */
  message: 1_000,
  /** Requests that wait while a tool is being made: each takes several turns of a model. */
  waiting: 16,
  /** Of one agent: nobody keeps the others from being served. */
  waitingOfOne: 4,
  /** Tools that a maker remembers having handed out; of the one that was handed out longest ago it forgets the history. */
  tools: 256,
  /** Users of one tool that are told of its new version. */
  users: 64,
  /** Times that one tool is mended, unless the options say otherwise. */
  mends: 3,
  /** Turns of the model for one tool, unless the options say otherwise. */
  steps: 12,
  /** Characters of code that the maker's model is shown of a tool that failed. */
  code: 20_000,
  /** Tools that an agent holds; it drops the one that it got first. */
  held: 32,
  /** Milliseconds that a maker may take, unless the options say otherwise. */
  makeMs: 600_000,
} as const;
