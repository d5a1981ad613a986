import type { Sandbox } from "../sandbox/sandbox.ts";
import type { ActionProcess, StartOptions, TestProcess } from "../sandbox/types.ts";
import type { TestableBundle } from "./report.ts";

/** Starts an action and its test at once; when one of them cannot be started, the other is closed again. */
export async function startBoth(
  sandbox: Pick<Sandbox, "startAction" | "startTest">,
  { source, test }: TestableBundle,
  options: StartOptions,
): Promise<[ActionProcess, TestProcess | undefined]> {
  const { language } = source;
  const starting = [
    sandbox.startAction(source, options),
    test === undefined ? undefined : sandbox.startTest({ code: test, language }, options),
  ] as const;
  try {
    return await Promise.all(starting);
  } catch (error) {
    await Promise.allSettled(starting.map(async (one) => (await one)?.close()));
    throw error;
  }
}
