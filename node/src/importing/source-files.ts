import { readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import type { ParseResult } from "oxc-parser";
import { parseSync } from "oxc-parser";
import { NothingToImportError, UnreadableSourceError } from "./errors.ts";
import { importLimits } from "./limits.ts";

/** One module of the user's own, read and parsed. */
export interface SourceFile {
  readonly file: string;
  readonly code: string;
  readonly parsed: ParseResult;
}

const EXTENSIONS = [".ts", ".mts", ".tsx", ".js", ".mjs", ".jsx", ".cts", ".cjs"];
const LANGUAGES: Readonly<Record<string, "ts" | "tsx" | "js" | "jsx">> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "jsx",
  ".mjs": "jsx",
  ".cjs": "jsx",
  ".jsx": "jsx",
};
/** What a compiler makes of a source file's extension. */
const WRITTEN_AS: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};

/** Reads each module once. */
export class SourceFiles {
  readonly #files = new Map<string, SourceFile>();

  /** @throws {UnreadableSourceError | NothingToImportError} */
  read(file: string): SourceFile {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    if (this.#files.size >= importLimits.files)
      throw new NothingToImportError(file, `the package has more than ${importLimits.files} modules`);
    const code = readBounded(file);
    const source = { file, code, parsed: parse(file, code) };
    this.#files.set(file, source);
    return source;
  }

  /** The file that a relative specifier names; undefined for one of another package, or of none. */
  resolve(specifier: string, from: string): string | undefined {
    return /^\.\.?(?:\/|$)/.test(specifier) ? findModule(join(dirname(from), specifier)) : undefined;
  }
}

/** The module at a path, with the extension left out, or that of what it compiles to. */
export function findModule(path: string): string | undefined {
  const extension = extname(path);
  const bare = path.slice(0, path.length - extension.length);
  const tried = [
    ...(extension in LANGUAGES ? [path] : []),
    ...(WRITTEN_AS[extension] ?? []).map((other) => `${bare}${other}`),
    ...EXTENSIONS.map((other) => `${path}${other}`),
    ...EXTENSIONS.map((other) => join(path, `index${other}`)),
  ];
  return tried.find((file) => !/\.d\.[cm]?ts$/.test(file) && isFile(file));
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function readBounded(file: string): string {
  const { size } = statSync(file);
  if (size > importLimits.fileBytes) throw new UnreadableSourceError(file, `it has ${size} bytes`);
  return readFileSync(file, "utf8");
}

/** TypeScript that is put together here. @throws {SyntaxError} */
export function parseText(code: string): ParseResult {
  const parsed = parseSync("module.ts", code, { lang: "ts", sourceType: "module" });
  const error = parsed.errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) throw new SyntaxError(error.message);
  return parsed;
}

/** The parser runs here: it is the user's own text, which their own tools read as well. */
function parse(file: string, code: string): ParseResult {
  const lang = LANGUAGES[extname(file)] ?? "ts";
  const parsed = parseSync(file, code, { lang, sourceType: /\.c[jt]s$/.test(file) ? "script" : "module" });
  const error = parsed.errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) throw new UnreadableSourceError(file, error.message);
  return parsed;
}
