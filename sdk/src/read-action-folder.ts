import { stat } from "node:fs/promises";
import {
  type ActionDefinition,
  definitionSchema,
  describeIssue,
  descriptionSchema,
  type JsonObject,
  testProblems,
} from "@action-collective/protocol";
import { misnamed, readActionFiles } from "./action-files.ts";
import { hasCode, messageOf } from "./discovery.ts";
import { InvalidFolderError } from "./errors.ts";

/**
 * Reads an action folder: `action.json`, `action.ts` or `action.js`, and the test module beside it, if there is one.
 * @throws {InvalidFolderError} with everything that is wrong, at once.
 */
export async function readActionFolder(folder: string): Promise<ActionDefinition> {
  const place = await stat(folder).catch((error: unknown) => {
    throw new InvalidFolderError(folder, [
      hasCode(error, "ENOENT") ? "there is no such folder" : messageOf(error),
    ]);
  });
  if (!place.isDirectory())
    throw new InvalidFolderError(folder, ["it is a file; name the folder it lies in"]);
  const problems: string[] = [];
  const { description, source, test } = await readActionFiles(folder, problems);
  problems.unshift(...descriptionProblems(description, problems));
  if (problems.length > 0) throw new InvalidFolderError(folder, problems);
  const definition = { ...description, ...source, ...(test === undefined ? {} : { test }) };
  const parsed = definitionSchema.safeParse(definition);
  if (!parsed.success) throw new InvalidFolderError(folder, parsed.error.issues.map(describeIssue));
  const untested = testProblems(parsed.data.cases.length, test !== undefined);
  if (untested.length > 0) throw new InvalidFolderError(folder, untested);
  return parsed.data;
}

function descriptionProblems(description: JsonObject | undefined, before: readonly string[]): string[] {
  if (description === undefined)
    return before.some((problem) => problem.startsWith("action.json")) ? [] : ["action.json is missing"];
  const parsed = descriptionSchema.safeParse(description);
  if (parsed.success) return [];
  return [
    ...parsed.error.issues.map((issue) => `action.json: ${describeIssue(issue)}`),
    ...misnamed(description),
  ];
}
