import { startVitest } from "vitest/node";

/**
 * `npm test`: the whole suite, or the files whose names contain the given words. The last line is plain, for any
 * reader: `N passed, N failed`.
 */
const filters = process.argv.slice(2);
const vitest = await startVitest("test", filters, {
  config: `${import.meta.dirname}/vitest.config.ts`,
  watch: false,
});
const tests = vitest.state.getTestModules().flatMap((file) => [...file.children.allTests()]);
const passed = tests.filter((test) => test.result().state === "passed").length;
const skipped = tests.filter((test) => test.result().state === "skipped").length;
const broken = vitest.state.getTestModules().filter((file) => file.errors().length > 0).length;
const failed = tests.length - passed - skipped + broken + vitest.state.getUnhandledErrors().length;
await vitest.close();
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
