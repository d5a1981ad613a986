/** What bounds an agent that thinks with a model, beside its options. */
export const modelAgentLimits = {
  /** Turns of the model for one message, unless the options say otherwise. */
  steps: 8,
  /** Characters of a conversation that a turn begins with; the newest messages are kept. */
  conversation: 60_000,
  /** Characters of its instructions, filled in. */
  instructions: 20_000,
  /** Of one value that instructions are filled with: a list of members, a role. */
  value: 4_000,
  /** The same call again and again: the second may be a slip, the third is a loop. */
  repeats: 3,
  /** Agents that ask one another in turn, each while the one before waits. */
  depth: 6,
  /** Others that the tool for asking them lists: models choose worse among many. */
  others: 32,
  /** Actions of one of them that it lists. */
  actions: 12,
  /** Characters of what one action of another agent is said to do. */
  summary: 120,
  /** Characters of that list. */
  listing: 4_000,
  /** Answers to one question that are listened to. */
  answers: 16,
  /** Bytes of an answer: a message carries 64 KiB in all. */
  answerBytes: 48 * 1024,
  /** Milliseconds that another agent may take for its next answer, unless the options say otherwise. */
  askMs: 120_000,
  /** Conversations with agents that one message's turns may go on with. */
  threads: 32,
  /** Characters by which a token is counted where the model's server counts none: an English word has one or two. */
  charactersPerToken: 4,
} as const;
