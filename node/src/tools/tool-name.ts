import { limits } from "@action-collective/protocol";
import { CONSTANT_TOOLS } from "action-collective";

const RESERVED: ReadonlySet<string> = new Set(CONSTANT_TOOLS);

/**
 * What an action is called as a tool: its own name, with a number where another has that name already. Hosts remember what
 * the user allowed by name, so a name that is given stays with its action. Pure.
 * @param taken names in use; upper and lower case are alike
 */
export function toolName(action: string, taken: Iterable<string>): string {
  const used = new Set([...taken].map((name) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `_${number}`;
    const name = `${action.slice(0, limits.nameCharacters - suffix.length)}${suffix}`;
    if (!used.has(name.toLowerCase()) && !RESERVED.has(name.toLowerCase())) return name;
  }
}
