import type { SearchOptions } from "action-collective";
import { type Command, InvalidArgumentError, Option } from "commander";

/** The contract's own bound. */
const MOST = 50;
const DAY_MS = 24 * 60 * 60_000;
const UNITS_MS = { h: DAY_MS / 24, d: DAY_MS, w: 7 * DAY_MS } as const;

/** The flags of a search, as commander gives them. */
export interface SearchFlags {
  readonly limit: number;
  readonly verified?: boolean;
  readonly pure?: boolean;
  readonly may?: readonly ("net" | "secrets")[];
  readonly tag?: readonly string[];
  readonly language?: readonly ("typescript" | "javascript")[];
  readonly licence?: readonly string[];
  readonly author?: readonly string[];
  readonly mine?: boolean;
  readonly score?: number;
  readonly verdicts?: number;
  readonly strength?: number;
  readonly newer?: number;
  readonly older?: number;
  readonly all?: boolean;
  readonly explain?: boolean;
  readonly ask?: boolean;
}

/** Adds every flag of a search. @param now what "7d" is counted from. */
export function addSearchOptions(command: Command, now: () => number): Command {
  const when = (text: string) => parseMoment(text, now());
  const repeated = (flags: string, description: string, choices?: readonly string[]) => {
    const option = new Option(flags, `${description}; may be repeated`).argParser<string[]>(
      (value, before) => {
        if (choices !== undefined && !choices.includes(value))
          throw new InvalidArgumentError(`It must be ${choices.join(" or ")}.`);
        return [...(before ?? []), value];
      },
    );
    command.addOption(option);
  };
  command
    .option("--limit <number>", `how many to show, 1 to ${MOST}`, (text) => parseWhole(text, 1, MOST), 10)
    .option("--verified", "only actions whose test passed on this machine")
    .option("--pure", "only actions that need nothing but their input");
  repeated("--may <what>", "actions may need this, net or secrets, and nothing else", ["net", "secrets"]);
  repeated("--tag <tag>", "only actions with this tag, and with all others given");
  repeated("--language <name>", "only in this language, or another given", ["typescript", "javascript"]);
  repeated("--licence <name>", "only under this licence (MIT, Apache-2.0, …), or another given");
  repeated("--author <peer>", "only what this peer published, or another given");
  return command
    .option("--mine", "only what this peer published itself")
    .option("--score <number>", "only with at least this score, 0 to 1", parseShare)
    .option("--verdicts <number>", "only what passed at so many other peers or more", (text) =>
      parseWhole(text, 0, 256),
    )
    .option(
      "--strength <number>",
      "only where the test notices at least this share of changes, 0 to 1",
      parseShare,
    )
    .option(
      "--newer <when>",
      "only what was first heard of since then: 12h, 7d, 2w, or a date such as 2026-01-31",
      when,
    )
    .option("--older <when>", "only what was known before then", when)
    .option("--all", "show near-duplicates too, each on a line of its own")
    .option("--explain", "show what each place rests on")
    .option("--ask", "ask connected peers too, which sends them the words of the query")
    .option("--no-ask", "ask no other peer, whatever the settings say");
}

/** Pure. */
export function searchOptionsOf(flags: SearchFlags): SearchOptions {
  const { limit, verified, pure, may, tag, language, licence, author, mine } = flags;
  return {
    limit,
    verified,
    permissions: pure === true ? [] : may,
    tags: tag,
    languages: language,
    licences: licence,
    authors: author,
    mine,
    minScore: flags.score,
    minVerdicts: flags.verdicts,
    minStrength: flags.strength,
    seenAfter: flags.newer,
    seenBefore: flags.older,
    collapse: flags.all === true ? false : undefined,
    explain: flags.explain,
    ask: flags.ask,
  };
}

/** @throws {InvalidArgumentError} */
export function parseWhole(text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isInteger(number) || number < least || number > most)
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return number;
}

function parseShare(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number <= 1))
    throw new InvalidArgumentError("It must be a number from 0 to 1.");
  return number;
}

/** An age or a date, as milliseconds since 1970. @throws {InvalidArgumentError} */
export function parseMoment(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined)
    return Math.max(0, now - Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]);
  const moment = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment) || moment < 0)
    throw new InvalidArgumentError("It must be an age such as 12h, 7d or 2w, or a date such as 2026-01-31.");
  return moment;
}
