import {
  describeIssue,
  isAlias,
  isJsonObject,
  type Lock,
  type LockedAction,
  lockLimits,
  lockSchema,
} from "@action-collective/protocol";
import { parseJson } from "../parse-json.ts";
import { CONSTANT_TOOLS } from "../tools/tool-names.ts";
import { LockFileError } from "./errors.ts";

/** Problems that one error lists. */
const MOST_PROBLEMS = 10;

/** Texts of JSON, and what stands between them and means nothing. */
const BETWEEN = /"(?:[^"\\]|\\.)*"|\s+/g;

/**
 * Reads the text of a lock file. Pure. Whatever a reviewer could overlook is refused: unknown fields, a key that stands
 * twice, characters written as escapes.
 * @param file what it is called in errors
 * @throws {LockFileError} with all that is wrong
 */
export function parseLock(text: string, file = "The text"): Lock {
  if (text.length > lockLimits.fileBytes)
    throw new LockFileError(file, [`it has more than ${lockLimits.fileBytes} characters`]);
  const read = parseJson(text);
  if ("problem" in read) {
    const { line, column, expected } = read.problem;
    throw new LockFileError(file, [
      `it is not JSON: ${expected} is expected at line ${line}, column ${column}`,
    ]);
  }
  const lock = checkLock(read.value, file);
  const bare = text.replace(BETWEEN, (piece) => (piece.startsWith('"') ? piece : ""));
  if (JSON.stringify(read.value) !== bare)
    throw new LockFileError(file, ["a key stands twice, or characters are written as escapes"]);
  return lock;
}

/** The same for what was parsed already. @throws {LockFileError} */
export function checkLock(value: unknown, file = "The value"): Lock {
  const newer = isJsonObject(value) && typeof value.version === "number" && value.version > 1;
  if (newer)
    throw new LockFileError(file, [
      `it is of version ${value.version}, which came later: update the collective`,
    ]);
  const unnamed = aliasesOf(value).filter((alias) => !isAlias(alias));
  if (unnamed.length > 0)
    throw new LockFileError(
      file,
      unnamed
        .slice(0, MOST_PROBLEMS)
        .map((alias) => `"${alias}" is no name: it begins with a letter and holds letters, digits, - and _`),
    );
  const parsed = lockSchema.safeParse(value);
  if (!parsed.success)
    throw new LockFileError(file, parsed.error.issues.slice(0, MOST_PROBLEMS).map(describeIssue));
  const reserved = Object.keys(parsed.data.actions).find(isReserved);
  if (reserved !== undefined)
    throw new LockFileError(file, [`${reserved} is the name of a tool that agents have anyway`]);
  return parsed.data;
}

/** Read before anything else looks: validators pass over a key such as `__proto__`. */
function aliasesOf(value: unknown): string[] {
  return isJsonObject(value) && isJsonObject(value.actions) ? Object.keys(value.actions) : [];
}

/** What no action may be called, because a tool of every agent is. */
export function isReserved(alias: string): boolean {
  return CONSTANT_TOOLS.includes(alias.toLowerCase());
}

/** The text of a lock file: one order, one pin after the other, so that a change is a few lines of a diff. Pure. */
export function lockText({ actions }: Lock): string {
  const sorted = Object.entries(actions)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([alias, action]) => [alias, inOrder(action)]);
  return `${JSON.stringify({ version: 1, actions: Object.fromEntries(sorted) }, null, 2)}\n`;
}

function inOrder({ id, name, permissions: { net, secrets }, publishers }: LockedAction): LockedAction {
  return {
    id,
    name,
    permissions: {
      ...(net === undefined ? {} : { net: net.toSorted() }),
      ...(secrets === undefined ? {} : { secrets: secrets.toSorted() }),
    },
    publishers: publishers.toSorted(),
  };
}
