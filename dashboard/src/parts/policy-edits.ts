import type { Policy, PolicyChange } from "@action-collective/protocol";

/** The rules as a form holds them: every field has a value, and text is as it was typed. */
export interface PolicyForm {
  readonly net: boolean;
  readonly secrets: boolean;
  readonly typescript: boolean;
  readonly javascript: boolean;
  readonly licences: string;
  readonly tags: string;
  readonly withoutTags: string;
  readonly authors: string;
  readonly minScore: number;
  readonly minStrength: number;
  readonly minVerdicts: number;
  readonly runScore: number;
  readonly onDoubt: "ask" | "refuse";
}

/** Single entries of the lists that are added and taken out one by one. */
export type EntryList = "blockedPeers" | "blockedActions" | "approved";
export type ListSource = NonNullable<Policy["lists"]>[number];

/** What the user changed and has not applied yet. */
export interface PolicyEdits {
  readonly form: Partial<PolicyForm>;
  readonly add: Readonly<Record<EntryList, readonly string[]>> & { readonly lists: readonly ListSource[] };
  readonly remove: Readonly<Record<EntryList | "lists", readonly string[]>>;
}

/** What a form field has wrong, by its name. */
export type Problems = Partial<Record<keyof PolicyForm, string>>;

/** What the peer takes where the policy names no `runScore`. */
export const RUN_SCORE = 0.5;
export const MOST_VERDICTS = 256;
export const ACTION_ID = /^bafyrei[a-z2-7]{52}$/;
export const PEER_ID = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/;
export const ENTRY_LISTS: readonly EntryList[] = ["blockedPeers", "blockedActions", "approved"];

export const NO_EDITS: PolicyEdits = {
  form: {},
  add: { blockedPeers: [], blockedActions: [], approved: [], lists: [] },
  remove: { blockedPeers: [], blockedActions: [], approved: [], lists: [] },
};

/** The form that says what a policy says. Pure, as are all here. */
export function formOf(policy: Policy): PolicyForm {
  const { permissions, languages } = policy;
  return {
    net: permissions?.includes("net") ?? true,
    secrets: permissions?.includes("secrets") ?? true,
    typescript: languages?.includes("typescript") ?? true,
    javascript: languages?.includes("javascript") ?? true,
    licences: (policy.licences ?? []).join(", "),
    tags: (policy.tags ?? []).join(", "),
    withoutTags: (policy.withoutTags ?? []).join(", "),
    authors: (policy.authors ?? []).join("\n"),
    minScore: policy.minScore ?? 0,
    minStrength: policy.minStrength ?? 0,
    minVerdicts: policy.minVerdicts ?? 0,
    runScore: policy.runScore ?? RUN_SCORE,
    onDoubt: policy.onDoubt ?? "ask",
  };
}

/** The change that the edits make; a field that says what the policy says already is none. */
export function changeOf(policy: Policy, { form, add, remove }: PolicyEdits): PolicyChange {
  const before = formOf(policy);
  const after = { ...before, ...form };
  const differs = (...fields: (keyof PolicyForm)[]) => fields.some((field) => before[field] !== after[field]);
  const change: PolicyChange = {};
  if (differs("net", "secrets")) {
    const asked = (["net", "secrets"] as const).filter((need) => after[need]);
    change.permissions = asked.length === 2 ? null : asked;
  }
  if (differs("typescript", "javascript")) {
    const read = (["typescript", "javascript"] as const).filter((language) => after[language]);
    change.languages = read.length === 2 ? null : read;
  }
  for (const field of ["licences", "tags", "withoutTags", "authors"] as const) {
    if (!differs(field)) continue;
    const entries = entriesIn(after[field]);
    if (entries.join() === entriesIn(before[field]).join()) continue;
    change[field] = entries.length === 0 ? null : entries;
  }
  for (const field of ["minScore", "minStrength", "minVerdicts"] as const)
    if (differs(field)) change[field] = after[field] === 0 ? null : after[field];
  if (differs("runScore")) change.runScore = after.runScore === RUN_SCORE ? null : after.runScore;
  if (differs("onDoubt")) change.onDoubt = after.onDoubt === "ask" ? null : after.onDoubt;
  const added = withoutEmpty({
    blockedPeers: newIn(policy.blockedPeers, add.blockedPeers),
    blockedActions: newIn(policy.blockedActions, add.blockedActions),
    approved: newIn(policy.approved, add.approved),
    lists: add.lists,
  });
  const removed = withoutEmpty(remove);
  if (added !== undefined) change.add = added;
  if (removed !== undefined) change.remove = removed;
  return change;
}

export function isEmpty(change: PolicyChange): boolean {
  return Object.keys(change).length === 0;
}

/** What the peer would refuse, said where it was typed. */
export function problemsOf(form: PolicyForm): Problems {
  const strange = entriesIn(form.authors).find((entry) => !PEER_ID.test(entry));
  const share = (value: number) => (value >= 0 && value <= 1 ? undefined : "A number from 0 to 1.");
  const verdicts = form.minVerdicts;
  const found: Record<string, string | undefined> = {
    authors: strange === undefined ? undefined : `Not a peer's id: ${strange.slice(0, 60)}`,
    typescript: form.typescript || form.javascript ? undefined : "Without a language nothing is left.",
    minScore: share(form.minScore),
    minStrength: share(form.minStrength),
    runScore: share(form.runScore),
    minVerdicts:
      Number.isInteger(verdicts) && verdicts >= 0 && verdicts <= MOST_VERDICTS
        ? undefined
        : `A whole number from 0 to ${MOST_VERDICTS}.`,
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== undefined));
}

const FIELD_NAMES: Readonly<Record<string, string>> = {
  permissions: "Permissions",
  languages: "Languages",
  licences: "Licences",
  tags: "Tags",
  withoutTags: "Unwanted tags",
  authors: "Authors",
  minScore: "Least score",
  minStrength: "Least strength of the test",
  minVerdicts: "Least passes at others",
  runScore: "Score to run unasked",
  onDoubt: "When in doubt",
  blockedPeers: "Blocked peers",
  blockedActions: "Blocked actions",
  approved: "Approved actions",
  lists: "Block lists",
};

/** What a change changes, line by line: `Least score: none → 0.3`. */
export function changeLines(policy: Policy, { add, remove, ...fields }: PolicyChange): string[] {
  const set = Object.entries(fields).map(([field, value]) => {
    const before = policy[field as keyof Policy];
    return `${FIELD_NAMES[field] ?? field}: ${valueText(field, before)} → ${valueText(field, value)}`;
  });
  const entries = [...ENTRY_LISTS, "lists" as const].flatMap((field) => [
    ...(add?.[field] ?? []).map((entry) => `${FIELD_NAMES[field]}: added ${idOf(entry)}`),
    ...(remove?.[field] ?? []).map((entry) => `${FIELD_NAMES[field]}: removed ${idOf(entry)}`),
  ]);
  return [...set, ...entries];
}

export function entriesIn(text: string): string[] {
  return [...new Set(text.split(/[,\n]/).map((entry) => entry.trim()))].filter((entry) => entry !== "");
}

function idOf(entry: string | Pick<ListSource, "source">): string {
  return typeof entry === "string" ? entry : entry.source;
}

function valueText(field: string, value: unknown): string {
  if (value === undefined || value === null) {
    if (field === "runScore") return String(RUN_SCORE);
    if (field === "onDoubt") return "ask";
    return field.startsWith("min") || field === "withoutTags" ? "none" : "any";
  }
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "none" : value.join(", ");
}

function newIn(inForce: readonly string[] | undefined, entries: readonly string[]): readonly string[] {
  return entries.filter((entry) => inForce?.includes(entry) !== true);
}

/** Undefined where nothing is in any of its lists. */
function withoutEmpty<T extends Readonly<Record<string, readonly unknown[]>>>(lists: T) {
  const full = Object.entries(lists).filter(([, entries]) => entries.length > 0);
  return full.length === 0
    ? undefined
    : (Object.fromEntries(full.map(([field, entries]) => [field, [...entries]])) as {
        -readonly [K in keyof T]?: T[K][number][];
      });
}
