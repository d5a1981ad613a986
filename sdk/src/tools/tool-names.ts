/** What the constant tools are called. No action ever is, also where that tool is left out: it would pass for it. */
export const CONSTANT_TOOLS: readonly string[] = [
  "find_action",
  "get_action",
  "run_action",
  "rate_action",
  "publish_action",
];

/** What tool-calling interfaces take. */
const NAME_CHARACTERS = 64;

/**
 * What an action is called as a tool: its own name, with a number where another has that name already. Hosts remember what
 * the user allowed by name, so a name that is given stays with its action. Pure.
 * @param taken names in use; upper and lower case are alike
 */
export function toolName(action: string, taken: Iterable<string>): string {
  const used = new Set([...CONSTANT_TOOLS, ...taken].map((name) => name.toLowerCase()));
  const plain = action.replace(/[^A-Za-z0-9_-]/g, "_") || "action";
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `_${number}`;
    const name = `${plain.slice(0, NAME_CHARACTERS - suffix.length)}${suffix}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}
