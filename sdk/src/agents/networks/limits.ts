/** Bounds of networks: members are others' code, people, and models, any of which may talk for ever or not at all. */
export const networkLimits = {
  /** Ids of messages that a network remembers it passed; copies of them (over a wire) are told by these. */
  remembered: 4_096,
  /** Messages that are handed on because of one, in a network and those within. */
  handedOn: 10_000,
  /** Conversations of one network that led to each other and are still going on. */
  nested: 3,
  /** The same of all networks: how deep they may be in each other. A few hundred more, and the call stack would be full. */
  deep: 64,
  /** Members that a mapper listens to at once. */
  parallel: 16,
  /** Messages of members in one conversation of a group. */
  turns: 100,
  /** Longest wait for one member's next answer, in milliseconds: models that think and use tools take minutes. */
  memberMs: 300_000,
  /** For a member that is told to stop, in milliseconds; after that it is left alone. */
  endMs: 250,
  /** Longest wait for a raised hand, or for the chair, in milliseconds. */
  handMs: 60_000,
  /** Actions of members that a network speaks of. */
  described: 64,
  /** Messages that a summary is made of. */
  summarised: 24,
  /** Characters of each of them that the model reads. */
  summarisedCharacters: 2_000,
} as const;
