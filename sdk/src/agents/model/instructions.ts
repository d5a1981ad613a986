import type { Place } from "../types.ts";
import { reachable } from "./ask-agent.ts";
import { contentText } from "./conversation.ts";
import { InstructionsTooLongError, UnknownPlaceholderError } from "./errors.ts";
import { modelAgentLimits } from "./limits.ts";

const PLACEHOLDER = /\{\{\s*([^{}\s]*)\s*\}\}/g;

/**
 * A template with its values: `{{name}}` becomes the value of that name. Values are put in once, so braces in one mean nothing.
 * Pure.
 * @throws {UnknownPlaceholderError | InstructionsTooLongError}
 */
export function fillInstructions(template: string, values: Readonly<Record<string, string>>): string {
  const filled = template.replace(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new UnknownPlaceholderError(name, Object.keys(values));
    return contentText(value, modelAgentLimits.value);
  });
  if (filled.length > modelAgentLimits.instructions)
    throw new InstructionsTooLongError(filled.length, modelAgentLimits.instructions);
  return filled;
}

/** What every template may speak of. `members` are the others that it may write to. */
export const PLACE_VALUES = ["name", "address", "role", "level", "members"] as const;

/** Before anything is asked: every name in a template has a value. @throws {UnknownPlaceholderError} */
export function checkInstructions({
  instructions = "",
  values = {},
}: {
  readonly instructions?: string | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
}): void {
  const known = [...PLACE_VALUES, ...Object.keys(values)];
  fillInstructions(instructions, Object.fromEntries(known.map((name) => [name, ""])));
}

/** Their values; outside a space there is nobody else. */
export function placeValues(
  id: string,
  place: Pick<Place, "address" | "role" | "level" | "who"> | undefined,
): Record<(typeof PLACE_VALUES)[number], string> {
  return {
    name: id,
    address: place?.address ?? id,
    role: place?.role === undefined ? "agent" : plainWords(place.role),
    level: String(place?.level ?? 0),
    members: membersOf(place === undefined ? [] : reachable(place)),
  };
}

function membersOf(others: readonly { readonly id: string; readonly role?: string }[]): string {
  if (others.length === 0) return "nobody";
  return others.map(({ id, role }) => (role === undefined ? id : `${id} (${plainWords(role)})`)).join(", ");
}

/** An agent names the roles of those below it, and this stands in another one's instructions: words, and no sentences. */
function plainWords(role: string): string {
  return role.replaceAll(/[^\p{L}\p{N}_-]+/gu, " ").trim();
}
