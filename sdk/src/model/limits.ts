/** What one answer of a model may be; anything larger is not an answer but a fault, or an attack. */
export const modelLimits = {
  /** Characters of text. */
  text: 512 * 1024,
  /** Characters of one call's arguments: code and test of an action, escaped, with room. */
  arguments: 512 * 1024,
  /** Calls in one answer. */
  calls: 16,
  /** As servers take function names back. */
  name: 64,
  /** As servers take the ids of calls back. */
  id: 128,
  /** Of a server's own words in an error. */
  said: 300,
  /** Events of one streamed answer: each holds a token or so. */
  events: 500_000,
  /** Default of `timeoutMs`: models that think take minutes. */
  timeoutMs: 120_000,
} as const;
