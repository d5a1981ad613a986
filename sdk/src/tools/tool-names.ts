/** What tool-calling interfaces take. */
const NAME_CHARACTERS = 64;

/**
 * What an action is called as a tool: its own name, with a number where another has that name already. Pure but for
 * `taken`, which the name is added to.
 * @param taken names in use, in lower case: hosts tell names apart by more than their case
 */
export function freeName(action: string, taken: Set<string>): string {
  const plain = action.replace(/[^A-Za-z0-9_-]/g, "_") || "action";
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `_${number}`;
    const name = `${plain.slice(0, NAME_CHARACTERS - suffix.length)}${suffix}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
