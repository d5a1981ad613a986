import type { Json } from "action-collective";

/** What a scripted model writes: an action that counts the vowels of a text. */
export const COUNT_VOWELS = {
  name: "countVowels",
  description: "Counts how often each of the given vowels occurs in a text, in upper or lower case.",
  useWhen: ["how many vowels does this word have", "count the vowels of a text"],
  input: {
    type: "object",
    properties: {
      text: { type: "string", description: "Any text" },
      vowels: { type: "string", description: "The letters that count; aeiou by default" },
    },
    required: ["text"],
    additionalProperties: false,
  },
  output: {
    type: "object",
    properties: { count: { type: "integer", description: "Vowels in all" } },
    required: ["count"],
    additionalProperties: false,
  },
  code: `export default ({ text, vowels = "aeiou" }: { text: string; vowels?: string }) => {
  let count = 0;
  for (const letter of text.toLowerCase()) if (vowels.includes(letter)) count++;
  return { count };
};
`,
  cases: [
    { input: { text: "banana" }, output: { count: 3 } },
    { input: { text: "SKY" }, output: { count: 0 } },
    { input: { text: "sky", vowels: "y" }, output: { count: 1 } },
    { input: { text: 7 }, error: "text" },
  ],
  tags: ["text"],
} satisfies Record<string, Json>;

/** The same with a mistake that its own cases notice: upper case is not looked at. */
export const BROKEN_VOWELS = {
  ...COUNT_VOWELS,
  code: COUNT_VOWELS.code.replace("text.toLowerCase()", "text"),
  cases: [...COUNT_VOWELS.cases, { input: { text: "Otto" }, output: { count: 2 } }],
} satisfies Record<string, Json>;

/** Under another name, so that each test makes one of its own. */
export function countVowels(name: string, changes: Record<string, Json> = {}) {
  return { ...COUNT_VOWELS, name, description: `${COUNT_VOWELS.description} (${name})`, ...changes };
}
