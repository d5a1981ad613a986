import { readFile, stat } from "node:fs/promises";
import { CollectiveError, teamLimits } from "@action-collective/protocol";
import { parseJson } from "action-collective";
import { UsageError } from "../report-failure.ts";

/** A team's file is no YAML, or no JSON. `problems` says where. */
class TeamFileError extends CollectiveError {
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super(
      "team-invalid",
      `${path} cannot be read:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
      "Mend what is listed, then try again.",
    );
    this.problems = problems;
  }
}

/** Values that a file may repeat by reference: more is a bomb, no team. */
const MOST_ALIASES = 100;
/** Pairs of keys that are compared: a team with all that it may have takes some thousands. */
const MOST_COMPARED = 100_000;
const MOST_PROBLEMS = 20;
/** How the library tells that it ran out of stack. */
const OVERFLOW = /stack (?:size exceeded|overflow)/i;

/**
 * What a team's file holds: JSON where its name ends so, else YAML.
 * @throws {UsageError} it cannot be opened
 * @throws {TeamFileError}
 */
export async function readTeamFile(path: string): Promise<unknown> {
  const text = await readText(path);
  if (!path.endsWith(".json")) return await parseYaml(path, text);
  const json = parseJson(text);
  if ("value" in json) return json.value;
  const { line, column, expected } = json.problem;
  throw new TeamFileError(path, [`line ${line}, column ${column}: expected ${expected}`]);
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  // Only here: nothing else of the command line reads YAML.
  const { isScalar, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  let compared = 0;
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    // The library compares each key with all before it.
    uniqueKeys: (one, other) => {
      compared += 1;
      if (compared > MOST_COMPARED) throw new RangeError("has far more keys than a team has");
      return isScalar(one) && isScalar(other) && one.value === other.value;
    },
  });
  // A tag or a directive that is not understood would be left out in silence.
  const problems = [...document.errors, ...document.warnings].map(({ pos, message }) => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return `line ${line}, column ${col}: ${OVERFLOW.test(message) ? "is nested too deeply" : message}`;
  });
  if (problems.length > 0) throw new TeamFileError(path, problems.slice(0, MOST_PROBLEMS));
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new TeamFileError(path, [error instanceof Error ? error.message : String(error)]);
  }
}

async function readText(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UsageError(`${path} is no file`);
    if (found.size > teamLimits.fileBytes)
      throw new UsageError(
        `${path} has ${found.size} bytes; a team's file has at most ${teamLimits.fileBytes}`,
      );
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
