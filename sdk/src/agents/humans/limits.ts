/** Bounds of what agents may ask of a person, and why. */
export const humanLimits = {
  /** Questions that wait for one person, altogether; more than that nobody reads. */
  questions: 32,
  /** Of one sender among those, so that none crowds out the others. */
  questionsOfOne: 8,
  /** Characters of a question that are shown: some pages. A message holds no more than 64 KiB anyway. */
  shownCharacters: 20_000,
  /** Characters of an answer, some pages too. It has to fit into a message as JSON, with up to 6 bytes a character. */
  answerCharacters: 10_000,
  /** How often a question for yes or no is asked again, when the answer is neither. After that it is a no. */
  unclearAnswers: 2,
  /** How long a person has, unless told otherwise: an hour at a screen, and three days for a letter. */
  screenTimeoutMs: 3_600_000,
  mailTimeoutMs: 3 * 24 * 3_600_000,
} as const;
