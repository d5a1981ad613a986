import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { firstIssue, limits, parseActionId } from "@action-collective/protocol";
import { z } from "zod";
import { replaceFile } from "../home.ts";
import { ToolsFileError } from "./errors.ts";

export const TOOLS_FILE = "tools.json";

/** More tools than this make a model choose worse, and are read with every request. */
export const MOST_TOOLS = 64;
/** 64 entries, indented, take 9 kB. */
const MAX_BYTES = 64 * 1024;

const fileSchema = z.strictObject({
  version: z.literal(1),
  tools: z
    .array(
      z.strictObject({
        id: z.string().transform((id) => parseActionId(id)),
        tool: z
          .string()
          .regex(/^[a-zA-Z0-9_-]+$/)
          .max(limits.nameCharacters),
      }),
    )
    .max(MOST_TOOLS)
    .refine((tools) => new Set(tools.map(({ id }) => id)).size === tools.length, "an id stands twice")
    .refine((tools) => new Set(tools.map(({ tool }) => tool)).size === tools.length, "a name stands twice"),
});

/** An action that the user pinned, and the name it got then. */
export type Pin = z.infer<typeof fileSchema>["tools"][number];

/** What the user pinned, in the order of pinning; nothing where there is no file. @throws {ToolsFileError} */
export async function readPins(home: string): Promise<Pin[]> {
  const path = join(home, TOOLS_FILE);
  const text = await readText(path);
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ToolsFileError(path, "it is not JSON", { cause: error });
  }
  try {
    const parsed = fileSchema.safeParse(value);
    if (parsed.success) return parsed.data.tools;
    throw new ToolsFileError(path, firstIssue(parsed.error));
  } catch (error) {
    if (error instanceof ToolsFileError) throw error;
    throw new ToolsFileError(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** On disk when it resolves; a kill meanwhile leaves the old file or the new one. */
export async function writePins(home: string, pins: readonly Pin[]): Promise<void> {
  await replaceFile(join(home, TOOLS_FILE), `${JSON.stringify({ version: 1, tools: pins }, null, 2)}\n`);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new ToolsFileError(path, "it is no file");
    if (status.size > MAX_BYTES) throw new ToolsFileError(path, `it has ${status.size} bytes`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof ToolsFileError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ToolsFileError(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
