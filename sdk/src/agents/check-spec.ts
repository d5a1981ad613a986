import type { Access, AccessRule, ActionSpec } from "./types.ts";

const ACCESSES: Readonly<Record<Access, true>> = { permitted: true, denied: true, requested: true };
const RULE: Readonly<Record<keyof AccessRule, true>> = {
  from: true,
  roles: true,
  levelAtMost: true,
  content: true,
  holds: true,
  when: true,
  access: true,
};
const SPEC: Readonly<Record<keyof ActionSpec, true>> = {
  name: true,
  access: true,
  rules: true,
  help: true,
  input: true,
  output: true,
  description: true,
  timeoutMs: true,
  permissionTimeoutMs: true,
};

/** What is wrong with how an action is declared: a misspelt member of a rule would make one that fits everybody. */
export function specProblem(spec: ActionSpec): string | undefined {
  const { access = "permitted", rules = [] } = spec;
  return (
    unknownIn(spec, SPEC) ??
    accessProblem(access) ??
    rules
      .map((rule) => unknownIn(rule, RULE) ?? accessProblem(rule.access))
      .find((problem) => problem !== undefined)
  );
}

function unknownIn(given: object, known: Readonly<Record<string, true>>): string | undefined {
  const other = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  return other === undefined ? undefined : `there is no ${JSON.stringify(other)}`;
}

function accessProblem(access: unknown): string | undefined {
  if (typeof access === "string" && Object.hasOwn(ACCESSES, access)) return undefined;
  return `access is one of ${Object.keys(ACCESSES).join(", ")}`;
}
