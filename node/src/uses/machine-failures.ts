import { SandboxBusyError, SandboxStoppedError, SandboxUnavailableError } from "../sandbox/errors.ts";
import { CheckerUnavailableError, SchemaTimeoutError } from "../schemas/errors.ts";

const FAILURES = [
  ...[SandboxUnavailableError, SandboxBusyError, SandboxStoppedError],
  ...[SchemaTimeoutError, CheckerUnavailableError],
];

/** The machine could not do what was asked of it, which says nothing about anybody's action. */
export function isMachineFailure(error: unknown): boolean {
  return FAILURES.some((one) => error instanceof one);
}
