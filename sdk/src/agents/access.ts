import {
  type Json,
  mayTalkTo,
  narrowPrivileges,
  type Privileges,
  type PrivilegesWish,
} from "@action-collective/protocol";
import type { Access, AccessRule, ActionSpec, Caller, Message } from "./types.ts";

/** How access was decided: the action's own word, or that of one of its rules. */
export interface AccessDecision {
  readonly access: Access;
  readonly by: string;
}

/** The first rule that fits decides, else the action's `access`. A rule that cannot be judged denies. */
export function decideAccess(
  { access = "permitted", rules = [] }: ActionSpec,
  message: Message,
  caller: Caller,
): AccessDecision {
  for (const [place, rule] of rules.entries()) {
    const by = `rule ${place + 1}`;
    try {
      if (fits(rule, message, caller)) return { access: rule.access, by };
    } catch {
      return { access: "denied", by: `${by}, which threw` };
    }
  }
  return { access, by: "access" };
}

function fits(rule: AccessRule, message: Message, caller: Caller): boolean {
  const { from, roles, levelAtMost, content, holds, when } = rule;
  return (
    (from === undefined || mayTalkTo({ talkTo: [...from] }, caller.address)) &&
    (roles === undefined || (caller.role !== undefined && roles.includes(caller.role))) &&
    (levelAtMost === undefined || (caller.level !== undefined && caller.level <= levelAtMost)) &&
    (content === undefined || contentFits(content, message.content)) &&
    (holds === undefined || (caller.privileges !== undefined && has(caller.privileges, holds))) &&
    (when === undefined || verdict(when(message, caller)))
  );
}

/** A promise of a verdict is none: rules are judged at once. */
function verdict(said: unknown): boolean {
  if (typeof said === "boolean") return said;
  Promise.resolve(said).catch(() => undefined);
  throw new TypeError("A rule says true or false");
}

function contentFits(wanted: NonNullable<AccessRule["content"]>, content: Json): boolean {
  return Object.entries(wanted).every(([path, values]) => {
    const found = valueAt(content, path.split("."));
    return found !== undefined && values.some((value) => isSame(value, found));
  });
}

function valueAt(content: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = content;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, Json>)[step];
  }
  return value;
}

function isSame(one: Json, other: Json): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return one === other;
  const keys = Object.keys(one);
  if (Array.isArray(one) !== Array.isArray(other) || keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => {
    if (!Object.hasOwn(other, key)) return false;
    return isSame((one as Record<string, Json>)[key] ?? null, (other as Record<string, Json>)[key] ?? null);
  });
}

/** Whether somebody with these privileges has all of that: could give it to one below, had it one level more. */
function has(own: Privileges, wanted: PrivilegesWish): boolean {
  try {
    narrowPrivileges({ ...own, levels: own.levels + 1, agents: own.agents + 1 }, wanted);
    return true;
  } catch {
    return false;
  }
}
