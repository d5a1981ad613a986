import { isBuiltin } from "node:module";
import { join } from "node:path";
import { limits } from "@action-collective/protocol";
import { rolldown } from "rolldown";
import type { Refusal } from "./candidate.ts";
import { parseText } from "./source-files.ts";

/** One module without imports, or why there is none. */
export type Bundled = { readonly code: string } | Pick<Refusal, "reason" | "detail">;

const ENTRY = "action.js";

/**
 * Puts a module and all it imports into one, without what it does not use. What a module does by being imported stays, unless
 * its package.json says that it does nothing. Readable: names stay, types go.
 */
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

/** What Node brings does nothing by being imported; other functions of the module need it. */
function withoutBareImports(code: string): { readonly code: string; readonly needed: string[] } {
  const imports = parseText(code).program.body.filter((one) => one.type === "ImportDeclaration");
  const isBare = ({ specifiers, source }: (typeof imports)[number]) =>
    specifiers.length === 0 && isBuiltin(source.value);
  return {
    code: imports
      .filter(isBare)
      .toReversed()
      .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end).trimStart(), code),
    needed: imports.filter((one) => !isBare(one)).map(({ source }) => source.value),
  };
}
