import { isBuiltin } from "node:module";
import { join } from "node:path";
import { limits } from "@action-collective/protocol";
import { rolldown } from "rolldown";
import type { Refusal } from "./candidate.ts";

/** One module without imports, or why there is none. */
export type Bundled = { readonly code: string } | Pick<Refusal, "reason" | "detail">;

const ENTRY = "action.js";

/** Puts a module and all it imports into one, without what it does not use. Readable: names stay, types go. */
export async function bundleAction(root: string, entry: string): Promise<Bundled> {
  const id = join(root, ENTRY);
  const missing = new Set<string>();
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
            if (!isBuiltin(specifier)) return undefined;
            missing.add(specifier);
            return { id: specifier, external: true, moduleSideEffects: false };
          },
          load: (one) => (one === id ? entry : undefined),
        },
      ],
    });
    try {
      const { output } = await bundle.generate({ format: "esm", minify: false, codeSplitting: false });
      const [chunk, ...more] = output;
      if (more.length > 0) return { reason: "not-bundled", detail: "it loads modules while it runs" };
      const needed = [...chunk.imports, ...chunk.dynamicImports];
      if (needed.length > 0) return { reason: "needs-modules", detail: needed.slice(0, 4).join(", ") };
      const bytes = Buffer.byteLength(chunk.code);
      if (bytes > limits.codeBytes)
        return { reason: "too-large", detail: `bundled it has ${Math.ceil(bytes / 1024)} KiB; 64 are allowed` };
      return { code: chunk.code };
    } finally {
      await bundle.close();
    }
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).split("\n").find((line) => line.trim() !== "");
    return { reason: "not-bundled", detail: said ?? "the bundler failed" };
  }
}
