import { readFileSync, statSync } from "node:fs";
import { CollectiveError, isJsonObject, type JsonObject } from "@action-collective/protocol";
import { skillLimits } from "./skill-limits.ts";

/** An input that the user gives for a script or a tool, to record what it answers. */
export interface GivenInput {
  readonly name: string;
  readonly input: JsonObject;
}

export class InputsUnreadableError extends CollectiveError {
  constructor(file: string, why: string) {
    super(
      "inputs-unreadable",
      `${file}: ${why}`,
      'Write one line of JSON for each input: {"name": "add", "input": {"a": 1, "b": 2}}.',
    );
  }
}

/** @throws {InputsUnreadableError} */
export function readGivenInputs(file: string): GivenInput[] {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new InputsUnreadableError(file, "there is no such file");
  if (size > skillLimits.givenBytes)
    throw new InputsUnreadableError(file, `it has more than ${skillLimits.givenBytes} bytes`);
  const lines = readFileSync(file, "utf8").split("\n");
  const inputs: GivenInput[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    if (inputs.length >= skillLimits.givenInputs)
      throw new InputsUnreadableError(file, `it has more than ${skillLimits.givenInputs} inputs`);
    inputs.push(inputOf(line) ?? refuse(file, at + 1));
  }
  return inputs;
}

function inputOf(line: string): GivenInput | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value)) return undefined;
    const { name, input } = value;
    return typeof name === "string" && isJsonObject(input) ? { name, input } : undefined;
  } catch {
    return undefined;
  }
}

function refuse(file: string, line: number): never {
  throw new InputsUnreadableError(file, `line ${line} is no input`);
}
