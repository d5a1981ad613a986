import { extname } from "node:path";
import type { Program } from "oxc-parser";
import { parseSync } from "oxc-parser";
import { transformSync } from "rolldown/utils";
import { UnreadableSourceError } from "../errors.ts";

/** The text of a module without types, and its tree. @throws {UnreadableSourceError} */
export function plainJavaScript(
  file: string,
  code: string,
): { readonly code: string; readonly program: Program } {
  const text = code.replace(/^#![^\n]*/, "");
  const isTyped = /^\.[cm]?tsx?$/.test(extname(file));
  const plain = isTyped ? untyped(file, text) : text;
  const { program, errors } = parseSync("module.js", plain, { lang: "js", sourceType: sourceType(plain) });
  const error = errors.find(({ severity }) => severity === "Error");
  if (error !== undefined) throw new UnreadableSourceError(file, error.message);
  return { code: plain, program };
}

/** Imports that only types use go, the others stay. @throws {UnreadableSourceError} */
function untyped(file: string, text: string): string {
  const { code, errors } = transformSync("module.ts", text, { lang: "ts", target: "esnext" });
  const [error] = errors;
  if (error !== undefined) throw new UnreadableSourceError(file, error.message.split("\n")[0] ?? "");
  return code;
}

/** A `return` at the top is allowed in CommonJS alone, `import` in modules alone. */
function sourceType(code: string): "module" | "commonjs" {
  const { errors } = parseSync("module.js", code, { lang: "js", sourceType: "module" });
  return errors.length === 0 ? "module" : "commonjs";
}
