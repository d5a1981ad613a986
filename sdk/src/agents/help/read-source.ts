import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Language, limits } from "@action-collective/protocol";
import { hasCode, messageOf } from "../../discovery.ts";
import { AgentSourceError } from "./errors.ts";

/** The text that declares a class. */
export interface AgentSource {
  readonly code: string;
  readonly language: Language;
}

/** Where a compiler says which text a file comes from; a peer reads nothing that points elsewhere. */
const SOURCE_MAP = /\n\/\/[#@] sourceMappingURL=[^\n]*\s*$/;

/**
 * Reads the file of a class. Compiled JavaScript has lost its types: the declarations beside it are read where there are some.
 * @param source a path, or `import.meta.url`
 * @throws {AgentSourceError}
 */
export async function readAgentSource(source: string | URL): Promise<AgentSource> {
  const path = pathOf(source);
  const declarations = path.replace(/\.([cm]?)js$/, ".d.$1ts");
  const extension = /\.[cm]?(?<kind>[jt])s$/.exec(path)?.groups?.kind;
  if (extension === undefined) throw new AgentSourceError(path, "it is no .ts or .js file");
  if (extension === "j") {
    const declared = await readText(declarations).catch((error: unknown) => {
      if (error instanceof AgentSourceError && hasCode(error.cause, "ENOENT")) return undefined;
      throw error;
    });
    if (declared !== undefined) return { code: declared, language: "typescript" };
  }
  return { code: await readText(path), language: extension === "t" ? "typescript" : "javascript" };
}

async function readText(path: string): Promise<string> {
  try {
    const file = await stat(path);
    if (!file.isFile()) throw new AgentSourceError(path, "it is no ordinary file");
    const { size } = file;
    if (size > limits.codeBytes)
      throw new AgentSourceError(
        path,
        `it has ${size} bytes, and a peer reads ${limits.codeBytes}; give the class a file of its own`,
      );
    return (await readFile(path, "utf8")).replace(SOURCE_MAP, "\n");
  } catch (error) {
    if (error instanceof AgentSourceError) throw error;
    throw new AgentSourceError(path, messageOf(error), { cause: error });
  }
}

function pathOf(source: string | URL): string {
  if (typeof source === "string" && !/^[a-z][a-z0-9+.-]+:/i.test(source)) return source;
  try {
    return fileURLToPath(source);
  } catch (error) {
    throw new AgentSourceError(String(source).slice(0, 200), "it is no file of this machine", {
      cause: error,
    });
  }
}
