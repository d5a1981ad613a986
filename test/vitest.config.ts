import { defineConfig } from "vitest/config";

/** Tests import the packages' TypeScript directly (the `source` condition); real processes run the built `dist`. */
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"], externalConditions: ["source"] } },
  test: {
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // Those take minutes, or a browser, and have commands of their own.
    exclude: ["**/node_modules/**", "long/**", "browser/**", "documents/**"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // One of their dependencies has a `source` of its own, in TypeScript, which Node does not read under node_modules.
    server: {
      deps: { inline: [/@modelcontextprotocol\/client/, /eventsource/, /@ai-sdk\//, /node_modules\/ai\//] },
    },
    pool: "forks",
    // One more than the cores that are counted on: tests of real processes wait a quarter of their time.
    maxWorkers: 3,
  },
});
