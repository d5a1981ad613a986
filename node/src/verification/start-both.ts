import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TestProcess } from "../sandbox/types.ts";
import type { SchemaChecker, TestableBundle } from "./report.ts";
import { Subject, type SubjectOptions } from "./subject.ts";

export interface StartParts {
  readonly sandbox: Pick<Sandbox, "startAction" | "startTest" | "limits">;
  readonly schemas: SchemaChecker;
}

/** Starts an action and its test at once; when one of them cannot be started, the other is closed again. */
export async function startBoth(
  parts: StartParts,
  bundle: TestableBundle,
  options: SubjectOptions,
): Promise<[Subject, TestProcess | undefined]> {
  const { source, test } = bundle;
  const starting = [
    Subject.start(parts, bundle, options),
    test === undefined
      ? undefined
      : parts.sandbox.startTest({ code: test, language: source.language }, options),
  ] as const;
  try {
    return await Promise.all(starting);
  } catch (error) {
    await Promise.allSettled(starting.map(async (one) => (await one)?.close()));
    throw error;
  }
}
