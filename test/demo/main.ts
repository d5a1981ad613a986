import { tellStory } from "./story.ts";

/** `npm run demo`: tells the story while it happens; exit 0 only if every step was really observed. */
const started = performance.now();
const stamp = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  `;

try {
  await tellStory((line) =>
    process.stdout.write(`${line.startsWith("  ") ? " ".repeat(9) : `\n${stamp()}`}${line}\n`),
  );
  process.stdout.write(`\n${stamp()}Every step was observed.\n`);
} catch (error) {
  process.stderr.write(`\n${stamp()}${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof Error && error.cause !== undefined)
    process.stderr.write(`  because: ${String(error.cause)}\n`);
  process.exitCode = 1;
}
