import { startVitest, type TestModule, type Vitest } from "vitest/node";

/**
 * `npm test`: the whole suite, or the files whose names contain the given words; with `--long` first, the suite of what takes
 * minutes (`npm run test:long`), with `--browser` the one of the dashboard in Chromium (`npm run test:browser`). The last line
 * is plain, for any reader: `N passed, N failed`. A file whose process was killed by a signal (a native addon can do that, very rarely) is
 * run once more, and said so; a test that fails is never repeated.
 */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const words = process.argv.slice(2);
const CONFIGS = new Map([
  ["--long", "long/vitest.config.ts"],
  ["--browser", "browser/vitest.config.ts"],
]);
const config = CONFIGS.get(words[0] ?? "") ?? "vitest.config.ts";
const first = await run(words.filter((word) => !CONFIGS.has(word)));
const crashed = crashedFiles(first);
const tally = count(first, new Set(crashed), crashed.length > 0);
await first.close();
if (crashed.length > 0) {
  process.stdout.write(`\nKilled by a signal, run once more: ${crashed.join(", ")}\n`);
  const second = await run(crashed);
  const again = count(second, new Set(), false);
  await second.close();
  for (const key of ["passed", "failed", "skipped"] as const) tally[key] += again[key];
}
const { passed, failed, skipped } = tally;
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function run(filters: string[]): Promise<Vitest> {
  return startVitest("test", filters, { config: `${import.meta.dirname}/${config}`, watch: false });
}

/** Files with tests that have no outcome, when a worker of the pool ended by a signal. */
function crashedFiles(vitest: Vitest): string[] {
  const signals = vitest.state
    .getUnhandledErrors()
    .filter((error) => /unexpectedly with signal/.test(causeOf(error)));
  if (signals.length === 0) return [];
  const unfinished = (module: TestModule) =>
    [...module.children.allTests()].some((test) => test.result().state === "pending");
  return vitest.state
    .getTestModules()
    .filter(
      (module) => unfinished(module) || signals.some((error) => causeOf(error).includes(module.moduleId)),
    )
    .map((module) => module.moduleId);
}

function causeOf(error: unknown): string {
  return error instanceof Object && "cause" in error ? String(error.cause) : String(error);
}

function count(vitest: Vitest, without: ReadonlySet<string>, signalsSeen: boolean): Tally {
  const modules = vitest.state.getTestModules().filter((module) => !without.has(module.moduleId));
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const having = (state: string) => tests.filter((test) => test.result().state === state).length;
  const errors = vitest.state
    .getUnhandledErrors()
    .filter((error) => !signalsSeen || !/unexpectedly with signal/.test(causeOf(error))).length;
  const broken = modules.filter((module) => module.errors().length > 0).length;
  const [passed, skipped] = [having("passed"), having("skipped")];
  return { passed, skipped, failed: tests.length - passed - skipped + broken + errors };
}
