#!/usr/bin/env node
// Ends with 0 when the entry point on this machine is healthy. Another address than the default: healthy.js HOST:PORT
const [endpoint = "127.0.0.1:4002"] = process.argv.slice(2);
try {
  const response = await fetch(`http://${endpoint}/health`, { signal: AbortSignal.timeout(4_000) });
  const text = await response.text();
  process.stdout.write(text);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  process.stderr.write(
    `no answer from http://${endpoint}/health: ${cause instanceof Error ? cause.message : cause}\n`,
  );
  process.exitCode = 1;
}
