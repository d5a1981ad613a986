import { type Budget, type Json, type TeamHuman, visibleJson } from "@action-collective/protocol";
import type { Team, TeamEvent } from "action-collective/agents";
import { manyLines, type Output, oneLine } from "../output.ts";

/** Of one message between members; the answers to the user are shown whole. */
const MOST_CHARACTERS = 4_000;
const MOST_NAME_CHARACTERS = 200;
/** What is said fits behind the names, or stands below them. */
const MOST_BESIDE = 100;

/** Who the owner of a team is, for its owner. */
const YOU = "you";

/** `editor → reporter: …`; nothing that is said can look like such a line, since it is indented. */
export function eventLines(output: Output, event: TeamEvent): string[] {
  const names = `${nameOf(output, event.from)} → ${nameOf(output, event.to)}`;
  const plain = ["chat", "inform"].includes(event.intent);
  const how = plain ? "" : output.paint("dim", ` (${oneLine(event.intent, 64)})`);
  if (event.kind === "refused")
    return [
      output.paint(
        "yellow",
        `${names}${how}: ${WHY[event.decision] ?? event.decision}, ${oneLine(event.by)}`,
      ),
    ];
  const failed = event.intent === "error";
  const text = failed ? failureText(event.content) : contentText(event.content);
  const whole = event.to === "board" ? text : cut(text);
  const said = whole.includes("\n") || whole.length > MOST_BESIDE ? `\n${indented(whole)}` : ` ${whole}`;
  return [`${names}${how}:${failed ? output.paint("red", said) : said}`];
}

const WHY: Readonly<Record<string, string>> = {
  denied: "denied",
  "asked-no": "denied when asked",
  undelivered: "not delivered",
  unknown: "nobody takes it",
  overridden: "decided by you",
};

export function contentText(content: Json): string {
  return manyLines(typeof content === "string" ? content : visibleJson(content, 2));
}

/**
 * The members below those whom they report to, with what each may do.
 * @param variables of the environment, that the team reads
 */
export function teamLines(output: Output, team: Team, variables: readonly string[]): string[] {
  const lines = [
    `${output.paint("bold", oneLine(team.name))}${team.description === undefined ? "" : `  ${oneLine(team.description)}`}`,
  ];
  for (const member of team.members) {
    const about = [
      member.role === undefined ? undefined : oneLine(member.role),
      member.kind === "thinker" ? undefined : member.kind === "maker" ? "makes tools" : wayOf(member.human),
      member.id === team.start ? "is asked first" : undefined,
      member.expose ? "can be reached from other peers" : undefined,
      `may write to ${talkText(member.privileges.talkTo, member.id)}`,
      budgetText(member.privileges.budget),
    ];
    const indent = "  ".repeat(member.level);
    lines.push(
      `${indent}${output.paint("cyan", member.id)}  ${about.filter((one) => one !== undefined).join("; ")}`,
    );
  }
  for (const { id, members, chair, turns } of team.channels) {
    const floor = chair === undefined ? "" : `; ${chair} gives the floor`;
    const first = id === team.start ? "; is asked first" : "";
    lines.push(
      `  ${output.paint("cyan", `#${id}`)}  ${members.join(", ")}${floor}; at most ${turns} messages${first}`,
    );
  }
  const budget = budgetText(team.budget);
  if (budget !== undefined) lines.push(`  all together  ${budget}`);
  if (variables.length > 0) lines.push(`  reads from the environment  ${variables.join(", ")}`);
  return lines;
}

function budgetText(budget: Budget = {}): string | undefined {
  const amounts = Object.entries(budget).map(([kind, most]) => `${most} ${kind}`);
  return amounts.length === 0 ? undefined : `at most ${amounts.join(", ")}`;
}

function talkText(talkTo: "any" | readonly string[] | undefined, self: string): string {
  if (talkTo === undefined) return "whom those above it may";
  if (talkTo === "any") return "anybody";
  if (talkTo.includes("*")) return "everybody here";
  const others = talkTo.filter((one) => one !== self);
  return others.length === 0 ? "nobody" : others.map((one) => oneLine(one, MOST_NAME_CHARACTERS)).join(", ");
}

function wayOf({ email, ...human }: TeamHuman): string {
  if (email !== undefined) return `a person (email to ${oneLine(email.to)})`;
  return `a person (${Object.keys(human).join()})`;
}

function nameOf(output: Output, address: string): string {
  return output.paint("bold", address === "board" ? YOU : oneLine(address, MOST_NAME_CHARACTERS));
}

function failureText(content: Json): string {
  const { code, message } = (content ?? {}) as { readonly code?: Json; readonly message?: Json };
  return manyLines(`${String(message ?? "it failed")} (${String(code ?? "unknown")})`);
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .join("\n");
}
