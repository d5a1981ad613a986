/** Registers one test with whatever runs this file. */
export type TestRunner = (name: string, check: () => Promise<void>) => unknown;

/** vitest when it runs this file, else Node's own runner (also with plain `node file.ts`), else our few lines. */
export async function findRunner(): Promise<TestRunner> {
  if (process.env.VITEST !== undefined) {
    const vitest = await importTest("vitest");
    if (vitest !== undefined) return vitest;
  }
  return (await importTest("node:test")) ?? runInOrder();
}

/** The name is a variable so that no compiler or bundler wants the package to be there. */
async function importTest(module: string): Promise<TestRunner | undefined> {
  try {
    const found = (await import(module)) as { test?: unknown };
    return typeof found.test === "function" ? (found.test as TestRunner) : undefined;
  } catch {
    return undefined;
  }
}

/** For runtimes without a runner of their own: one after the other, a line each, exit code 1 if any failed. */
function runInOrder(): TestRunner {
  let previous: Promise<unknown> = Promise.resolve();
  return (name, check) => {
    previous = previous.then(check).then(
      () => console.log(`ok - ${name}`),
      (error: unknown) => {
        console.error(`not ok - ${name}\n${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      },
    );
  };
}
