import type { JsonSchema, SchemaChecker } from "../verification/report.ts";

/** Answers remembered, and the longest value that is: a few megabytes at most, for as long as one measurement. */
const MOST = 2_000;
const MOST_CHARACTERS = 2_000;

/**
 * The same answers as another checker's. Every round of a test makes nearly the same calls and gets nearly the same
 * outputs, and asking another thread about them twice a call is half the cost of a measurement.
 */
export function rememberedChecks(checker: SchemaChecker): SchemaChecker {
  const known = new Map<JsonSchema, Map<string, string | undefined>>();
  return {
    async check(schema, value) {
      const answers = known.get(schema) ?? new Map<string, string | undefined>();
      known.set(schema, answers);
      const text = JSON.stringify(value);
      if (answers.has(text)) return answers.get(text);
      const answer = await checker.check(schema, value);
      if (answers.size < MOST && text.length <= MOST_CHARACTERS) answers.set(text, answer);
      return answer;
    },
  };
}
