import type { Json, Message } from "action-collective";

/** One turn of a model that solves the task as it should: what `--scripted` plays, and what a reader can expect. */
export type ExampleTurn =
  | { readonly need: string }
  | { readonly use: string; readonly input: { readonly [key: string]: Json } }
  | { readonly none: string }
  | { readonly write: { readonly [key: string]: Json } }
  | { readonly answer: string; readonly after?: string };

/** Something an agent is asked to do, with a way to tell whether it did. */
export interface EvalTask {
  readonly name: string;
  readonly chatHistory: readonly Message[];
  /** Must match the answer, from which what groups the digits of numbers was taken. */
  readonly solved: RegExp;
  /** What a good agent does for it: uses the library, makes an action, or needs none. */
  readonly way: "reuse" | "make" | "talk";
  readonly example: readonly ExampleTurn[];
}

const ask = (content: string): readonly Message[] => [{ role: "user", content }];

/** A word written with each letter replaced by its position counted from the end of the alphabet, added up. */
const MIRROR_SUM = {
  name: "mirrorLetterSum",
  description:
    "Adds up the positions of a word's letters, counted from the end of the alphabet: z is 1, a is 26.",
  useWhen: ["sum of the letters of a word counted from z", "value of a word when z is 1 and a is 26"],
  input: {
    type: "object",
    properties: { word: { type: "string", description: "Letters a to z; anything else counts nothing" } },
    required: ["word"],
    additionalProperties: false,
  },
  output: { type: "integer" },
  code: `export default ({ word }: { word: string }) =>
  [...word.toLowerCase()].filter((letter) => /[a-z]/.test(letter)).reduce((sum, letter) => sum + 123 - letter.charCodeAt(0), 0);
`,
  cases: [
    { input: { word: "z" }, output: 1 },
    { input: { word: "Az" }, output: 27 },
    { input: { word: "" }, output: 0 },
    { input: { word: "b-y" }, output: 27 },
  ],
} satisfies Record<string, Json>;

const LOOK_AND_SAY = {
  name: "lookAndSay",
  description:
    "Terms of the look-and-say sequence: each term says how many of which digit stand in the one before.",
  useWhen: ["next terms of the look-and-say sequence", "describe runs of digits, again and again"],
  input: {
    type: "object",
    properties: {
      start: { type: "string", pattern: "^[0-9]{1,20}$", description: "First term" },
      steps: { type: "integer", minimum: 0, maximum: 20, description: "How often to go on" },
    },
    required: ["start", "steps"],
    additionalProperties: false,
  },
  output: { type: "string" },
  code: `export default ({ start, steps }: { start: string; steps: number }) => {
  let term = start;
  for (let step = 0; step < steps; step++) term = term.replace(/(\\d)\\1*/g, (run, digit) => run.length + digit);
  return term;
};
`,
  cases: [
    { input: { start: "1", steps: 0 }, output: "1" },
    { input: { start: "1", steps: 4 }, output: "111221" },
    { input: { start: "22", steps: 3 }, output: "22" },
    { input: { start: "x", steps: 1 }, error: "start" },
  ],
} satisfies Record<string, Json>;

/** They run in this order on one peer: what one task makes, a later one can find. */
export const tasks: readonly EvalTask[] = [
  {
    name: "no action needed",
    chatHistory: ask("Which city is the capital of France? Answer in one word."),
    solved: /paris/i,
    way: "talk",
    example: [{ answer: "Paris." }],
  },
  {
    name: "business days",
    chatHistory: ask(
      "An invoice of 4 March 2024 is due after 30 working days, and 29 March and 1 April are holidays. On which date is it due? Give it as YYYY-MM-DD.",
    ),
    solved: /2024-04-17/,
    way: "reuse",
    example: [
      { need: "I need an action that adds working days to a date" },
      {
        use: "addBusinessDays",
        input: { date: "2024-03-04", days: 30, holidays: ["2024-03-29", "2024-04-01"] },
      },
      { answer: "2024-04-17", after: '"date":"2024-04-17"' },
    ],
  },
  {
    name: "loan payment",
    chatHistory: ask(
      "I borrow 20000 at 6 percent a year for 60 months. What is the monthly payment, to the cent?",
    ),
    solved: /386\.66/,
    way: "reuse",
    example: [
      { need: "I need an action that computes the monthly payment of an annuity loan" },
      {
        use: "amortiseLoan",
        input: { principal: 20_000, annualRatePercent: 6, months: 60, schedule: false },
      },
      { answer: "386.66 a month.", after: '"monthlyPayment":386.66' },
    ],
  },
  {
    name: "edit distance",
    chatHistory: ask("What is the Levenshtein distance between accommodation and acomodattion?"),
    solved: /\b3\b|three/i,
    way: "reuse",
    example: [
      { need: "I need an action that computes the edit distance of two texts" },
      { use: "editDistance", input: { a: "accommodation", b: "acomodattion" } },
      { answer: "It is 3.", after: '"distance":3' },
    ],
  },
  {
    name: "matrix product",
    chatHistory: ask("Multiply the matrices [[2,0,1],[3,4,5]] and [[1,7],[2,8],[6,9]]. Give the rows."),
    solved: /8\D+23\D+41\D+98/,
    way: "reuse",
    example: [
      { need: "I need an action that multiplies two matrices" },
      {
        use: "multiplyMatrices",
        input: {
          a: [
            [2, 0, 1],
            [3, 4, 5],
          ],
          b: [
            [1, 7],
            [2, 8],
            [6, 9],
          ],
        },
      },
      { answer: "[[8,23],[41,98]]", after: "[[8,23],[41,98]]" },
    ],
  },
  {
    name: "checksum of an account",
    chatHistory: ask("Is GB29 NWBK 6016 1331 9268 19 a valid IBAN? Begin with yes or no."),
    solved: /^\W*yes/i,
    way: "reuse",
    example: [
      { need: "I need an action that checks an IBAN" },
      { use: "validateIban", input: { iban: "GB29 NWBK 6016 1331 9268 19" } },
      { answer: "Yes.", after: '"valid":true' },
    ],
  },
  {
    name: "cron times",
    chatHistory: ask(
      "When does the cron line 30 6 * * 1 fire next after 2024-03-05T10:00Z (UTC)? Give date and time.",
    ),
    solved: /2024-03-11T?\s?0?6:30|11 March 2024.*0?6:30|March 11.*0?6:30/i,
    way: "reuse",
    example: [
      { need: "I need an action that lists the next times of a cron expression" },
      { use: "nextCronTimes", input: { cron: "30 6 * * 1", after: "2024-03-05T10:00Z", count: 1 } },
      { answer: "2024-03-11T06:30Z", after: "2024-03-11T06:30Z" },
    ],
  },
  {
    name: "two actions in a row",
    chatHistory: ask(
      "How many days lie between 15 June 1990 and 1 March 2024, and what is that date plus 10 working days (no holidays)? Give the number and the date as YYYY-MM-DD.",
    ),
    solved: /12313[\s\S]*2024-03-15|2024-03-15[\s\S]*12313/,
    way: "reuse",
    example: [
      { need: "I need an action that tells the difference of two dates in days" },
      { use: "dateDifference", input: { from: "1990-06-15", to: "2024-03-01" } },
      { need: "I need an action that adds working days to a date" },
      { use: "addBusinessDays", input: { date: "2024-03-01", days: 10 } },
      { answer: "12313 days; 2024-03-15.", after: '"date":"2024-03-15"' },
    ],
  },
  {
    name: "made: letters from the end",
    chatHistory: ask(
      "Count letters from the end of the alphabet, so that z is 1 and a is 26. What do the letters of collective add up to?",
    ),
    solved: /\b164\b/,
    way: "make",
    example: [
      { need: "I need an action that adds up the letters of a word, counted from the end of the alphabet" },
      { none: "None counts letters from the end." },
      { write: MIRROR_SUM },
      { use: MIRROR_SUM.name, input: { word: "collective" } },
      { answer: "164", after: '"content":164' },
    ],
  },
  {
    name: "made before: letters from the end",
    chatHistory: ask("When z counts 1 and a counts 26, what is the sum of the letters of sandbox?"),
    solved: /\b110\b/,
    way: "reuse",
    example: [
      { need: "I need an action that adds up the letters of a word, counted from the end of the alphabet" },
      { use: MIRROR_SUM.name, input: { word: "sandbox" } },
      { answer: "110", after: '"content":110' },
    ],
  },
  {
    name: "made: look and say",
    chatHistory: ask("Start with 3 and apply the look-and-say rule six times. Which term do you get?"),
    solved: /311311222113/,
    way: "make",
    example: [
      { need: "I need an action that gives terms of the look-and-say sequence" },
      { none: "None of them does." },
      { write: LOOK_AND_SAY },
      { use: LOOK_AND_SAY.name, input: { start: "3", steps: 6 } },
      { answer: "311311222113", after: "311311222113" },
    ],
  },
  {
    name: "cannot be done here",
    chatHistory: ask(
      "What is the temperature in Oslo at this very moment? If you cannot find out, say exactly: I cannot find out.",
    ),
    solved: /cannot find out/i,
    way: "talk",
    example: [{ answer: "I cannot find out." }],
  },
];
