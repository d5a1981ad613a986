import { type PolicyChange, type PolicyView, policyRequest, policySchema } from "@action-collective/protocol";
import { UsageError } from "./report-failure.ts";

/** A rule that is set with values; block lists, blocked ids and approvals have commands of their own. */
type RuleName = Exclude<keyof PolicyView["policy"], "blockedPeers" | "blockedActions" | "lists" | "approved">;

interface Rule {
  readonly values: "several" | "number" | "word";
  /** For the help. */
  readonly takes: string;
}

export const rules: Readonly<Record<RuleName, Rule>> = {
  permissions: { values: "several", takes: "what actions may ask for at all: net, secrets, or none" },
  authors: { values: "several", takes: "only what these peers published" },
  languages: { values: "several", takes: "only in these: typescript, javascript" },
  licences: { values: "several", takes: "only under these, as SPDX names them" },
  tags: { values: "several", takes: "only with one of these tags" },
  withoutTags: { values: "several", takes: "with none of these tags" },
  minScore: { values: "number", takes: "at least this score, 0 to 1" },
  minStrength: { values: "number", takes: "the test notices at least this share of changes, 0 to 1" },
  minVerdicts: { values: "number", takes: "passed at so many other peers or more" },
  runScore: {
    values: "number",
    takes: "the score from which what was granted its permissions runs unasked, 0 to 1",
  },
  onDoubt: { values: "word", takes: "what becomes of a run that needs a yes: ask or refuse" },
};

/**
 * The change that `policy set NAME VALUE…` makes. Pure.
 * @throws {UsageError} no such rule, or values that it does not take
 */
export function changeOf(name: string, values: readonly string[]): PolicyChange {
  const rule = ruleNamed(name);
  return checked(name, { [rule]: readValues(rule, values) });
}

/** The change that takes a rule, or a whole list of blocked or approved ids, out of the policy. @throws {UsageError} */
export function removalOf(name: string): PolicyChange {
  const fields = Object.keys(policySchema.shape);
  const field = fields.find((one) => one === camelCase(name));
  if (field === undefined) throw noSuchRule(name, fields);
  return { [field]: null };
}

function ruleNamed(name: string): RuleName {
  const rule = (Object.keys(rules) as RuleName[]).find((one) => one === camelCase(name));
  if (rule !== undefined) return rule;
  const command = { blockedPeers: "block", blockedActions: "block", lists: "subscribe", approved: "approve" };
  const other = Object.entries(command).find(([field]) => field === camelCase(name))?.[1];
  if (other === undefined) throw noSuchRule(name, Object.keys(rules));
  throw new UsageError(`"${name}" is not set as a whole`, `Use: collective policy ${other}`);
}

function readValues(rule: RuleName, values: readonly string[]): unknown {
  const { values: kind } = rules[rule];
  if (kind === "several") {
    const entries = values.flatMap((value) => value.split(",")).filter((entry) => entry !== "");
    if (entries.length === 0) throw new UsageError(`${rule} needs a value`);
    return rule === "permissions" && entries.length === 1 && entries[0] === "none" ? [] : entries;
  }
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw new UsageError(`${rule} takes one value`);
  return kind === "number" ? Number(value.trim() === "" ? Number.NaN : value) : value;
}

/** The peer would refuse it too; here it is a slip of the command line. */
function checked(name: string, change: Record<string, unknown>): PolicyChange {
  const parsed = policyRequest.safeParse(change);
  if (parsed.success) return parsed.data as PolicyChange;
  const issue = parsed.error.issues[0];
  throw new UsageError(`${name} does not take that: ${issue?.message ?? "it has another form"}`);
}

function noSuchRule(name: string, known: readonly string[]): UsageError {
  return new UsageError(`The policy has no rule "${name.slice(0, 40)}"`, `It has: ${known.join(", ")}.`);
}

/** `min-score` is `minScore`. */
function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
