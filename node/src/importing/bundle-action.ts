import { isBuiltin } from "node:module";
import { join } from "node:path";
import { limits } from "@action-collective/protocol";
import { rolldown } from "rolldown";
import type { Refusal } from "./candidate.ts";
import { parseText } from "./source-files.ts";

/** One module without imports, or why there is none. */
export type Bundled = { readonly code: string } | Pick<Refusal, "reason" | "detail">;

const ENTRY = "action.js";

/** Puts a module and all it imports into one, without what it does not use. Readable: names stay, types go. */
export async function bundleAction(root: string, entry: string): Promise<Bundled> {
  const id = join(root, ENTRY);
  let bytes = 0;
  try {
    const bundle = await rolldown({
      input: id,
      cwd: root,
      platform: "neutral",
      logLevel: "silent",
      resolve: { mainFields: ["module", "main"], conditionNames: ["source", "import", "default"] },
      treeshake: { moduleSideEffects: false },
      transform: { define: { "process.env.NODE_ENV": '"production"' } },
      plugins: [
        {
          name: "collective-import",
          resolveId(specifier) {
            if (specifier === id) return id;
            return isBuiltin(specifier) ? { id: specifier, external: true } : undefined;
          },
          load: (one) => (one === id ? entry : undefined),
        },
      ],
    });
    try {
      // What others may read keeps its comments, unless they make it too large.
      for (const comments of [{}, { comments: { jsdoc: false } }]) {
        const { output } = await bundle.generate({
          format: "esm",
          minify: false,
          codeSplitting: false,
          ...comments,
        });
        const [chunk, ...more] = output;
        if (more.length > 0) return { reason: "not-bundled", detail: "it loads modules while it runs" };
        const { code, needed } = withoutBareImports(chunk.code);
        needed.push(...chunk.dynamicImports);
        if (needed.length > 0) return { reason: "needs-modules", detail: needed.slice(0, 4).join(", ") };
        bytes = Buffer.byteLength(code);
        if (bytes <= limits.codeBytes) return { code };
      }
      return {
        reason: "too-large",
        detail: `bundled it has ${Math.ceil(bytes / 1024)} KiB; ${limits.codeBytes / 1024} are allowed`,
      };
    } finally {
      await bundle.close();
    }
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error))
      .split("\n")
      .find((line) => line.trim() !== "");
    return { reason: "not-bundled", detail: said ?? "the bundler failed" };
  }
}

/** Modules that other functions need are still imported, for nothing. */
function withoutBareImports(code: string): { readonly code: string; readonly needed: string[] } {
  const imports = parseText(code).program.body.filter((one) => one.type === "ImportDeclaration");
  const bare = imports.filter(({ specifiers }) => specifiers.length === 0);
  return {
    code: bare
      .toReversed()
      .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end).trimStart(), code),
    needed: imports.filter(({ specifiers }) => specifiers.length > 0).map(({ source }) => source.value),
  };
}
