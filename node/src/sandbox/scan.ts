import { type Import, parse } from "es-module-lexer";
import { ScanRefusedError } from "./errors.ts";
import { assertReadable } from "./source-text.ts";
import type { ActionSource, TestSource } from "./types.ts";

/** Where in a test's text an allowed specifier stands, without its quotes, and what takes its place. */
export interface AllowedImport {
  readonly start: number;
  readonly end: number;
  readonly target: "test" | "action";
}

/** Looks at strangers' text before it is loaded. @throws {ScanRefusedError} */
export interface SourceFilter {
  action(source: ActionSource): void | Promise<void>;
  test(source: TestSource): readonly AllowedImport[] | Promise<readonly AllowedImport[]>;
}

export const STATIC_SCAN: SourceFilter = { action: scanAction, test: scanTest };

/** A module without these words asks for no other: keywords cannot be written with escapes. */
const MAY_IMPORT = /import|from/;

/**
 * Filters the text of an action; the boundary is the sandbox, which holds without this.
 * @throws {ScanRefusedError}
 */
export function scanAction({ code }: ActionSource): void {
  assertReadable(code, "The action");
  const found = importsOf(code, "The action")[0];
  if (found !== undefined)
    throw new ScanRefusedError(`The action holds ${describe(found)}, and may import nothing`);
}

/** Filters the text of a test and finds its two allowed imports. @throws {ScanRefusedError} */
export function scanTest({ code, language }: TestSource): AllowedImport[] {
  assertReadable(code, "The test");
  const beside = language === "typescript" ? "./action.ts" : "./action.js";
  return importsOf(code, "The test").map((found) => {
    const target = allowedTarget(found, beside);
    if (target === undefined)
      throw new ScanRefusedError(
        `The test holds ${describe(found)}, and may import only "action-collective/test" and "${beside}"`,
      );
    return { start: found.start, end: found.end, target };
  });
}

function allowedTarget(found: Import, beside: string): AllowedImport["target"] | undefined {
  if (found.type !== "static" || found.phase !== null || found.attributes !== null) return undefined;
  if (found.specifier === "action-collective/test") return "test";
  return found.specifier === beside ? "action" : undefined;
}

function importsOf(code: string, what: string): readonly Import[] {
  if (!MAY_IMPORT.test(code)) return [];
  try {
    return parse(code)[0];
  } catch (error) {
    throw new ScanRefusedError(`${what} cannot be read as a module: ${(error as Error).message}`);
  }
}

function describe(found: Import): string {
  switch (found.type) {
    case "dynamic":
      return "a dynamic import()";
    case "import-meta":
      return "import.meta";
    default:
      return `an import of "${found.specifier.slice(0, 100)}"${found.attributes === null ? "" : " with attributes"}`;
  }
}
