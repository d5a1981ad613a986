#!/usr/bin/env node
// Plain JavaScript that any Node since 14 can read, so that an old one gets a sentence instead of a syntax error.
import { existsSync } from "node:fs";

const LEAST = [22, 13];
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  process.stderr.write(
    `collective needs Node ${LEAST.join(".")} or newer; this is ${process.versions.node}. Inside the repository, npm scripts and npx bring a newer one along.\n`,
  );
  process.exitCode = 1;
} else {
  const main = new URL("../dist/cli/main.js", import.meta.url);
  if (existsSync(main)) {
    const { enableCompileCache } = await import("node:module");
    enableCompileCache();
    const { runCollective } = await import(main.href);
    await runCollective();
  } else {
    process.stderr.write('collective is not built yet; run "npm run build" first.\n');
    process.exitCode = 1;
  }
}
