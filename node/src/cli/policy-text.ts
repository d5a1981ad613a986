import type { PolicyView } from "action-collective";
import { countText } from "./amounts.ts";
import { type Output, oneLine, type Style } from "./output.ts";
import { dayOf } from "./peer-text.ts";
import { pairs, table } from "./table.ts";

type ListState = PolicyView["lists"][number]["state"];

const STATES: Readonly<Record<ListState, { readonly text: string; readonly style: Style }>> = {
  "in-force": { text: "in force", style: "green" },
  expired: { text: "expired", style: "yellow" },
  unreadable: { text: "not readable", style: "red" },
  "never-read": { text: "not read yet", style: "yellow" },
};

/** The user's rules, the block lists, and what both hide. */
export function policyLines(output: Output, { policy, lists, hidden }: PolicyView): string[] {
  const { lists: _, ...rules } = policy;
  const shown = Object.entries(rules).filter(([, value]) => value !== undefined);
  const parts = [
    part(
      output,
      "Your rules",
      shown.length === 0
        ? ["none: whatever did not fail here is offered, and asks before it gets more than its input"]
        : pairs(output, Object.fromEntries(shown.map(([name, value]) => [name, valueText(name, value)]))),
    ),
    part(output, "Block lists", listRows(output, lists)),
    part(
      output,
      "What they hide",
      hidden.map(({ why, actions }) => `${countText(actions, "action")}: ${oneLine(why)}`),
    ),
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}

function valueText(name: string, value: unknown): string {
  if (!Array.isArray(value)) return oneLine(String(value));
  if (value.length === 0)
    return name === "permissions" ? "none: only actions that need nothing but their input" : "none";
  const entries = value.map((entry) => oneLine(String(entry)));
  return name === "blockedPeers" || name === "blockedActions" || name === "approved" || name === "authors"
    ? entries.join("\n")
    : entries.join(", ");
}

function listRows(output: Output, lists: PolicyView["lists"]): string[] {
  if (lists.length === 0) return [];
  return table(
    output,
    ["STATE", "PEERS", "ACTIONS", "READ", "NAME", "SOURCE"],
    lists.map(({ source, name, state, note, peers, actions, readAt }) => [
      STATES[state],
      { text: String(peers) },
      { text: String(actions) },
      { text: readAt === 0 ? "never" : dayOf(readAt) },
      { text: name || "-" },
      { text: note.startsWith(source) ? note : `${source}${note === "" ? "" : `; ${note}`}` },
    ]),
  );
}

function part(output: Output, heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [output.paint("bold", heading), ...lines.map((line) => `  ${line}`)];
}
