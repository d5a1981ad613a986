import { defineConfig } from "vite";
import { routesPlugin } from "./routes-plugin.ts";

/** The pages are built into the peer's package, which serves them: hashed names, nothing inline, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [routesPlugin()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../node/dashboard",
    emptyOutDir: true,
    target: "es2022",
    // Data URLs of scripts and styles are refused by the content security policy.
    assetsInlineLimit: 0,
    // Of what the browsers need for `<link rel=modulepreload>` there is nothing to fill in.
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
});
