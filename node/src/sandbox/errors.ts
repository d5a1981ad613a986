import { CollectiveError } from "@action-collective/protocol";

/** The text of an action or test holds what the contract forbids, e.g. an import of its own. */
export class ScanRefusedError extends CollectiveError {
  constructor(message: string) {
    super(
      "scan-refused",
      message,
      'An action imports nothing; its test imports only "action-collective/test" and the action beside it.',
    );
  }
}

/** No Deno binary, no shell, or a probe that failed: this machine cannot run actions. */
export class SandboxUnavailableError extends CollectiveError {
  constructor(message: string, options: ErrorOptions & { readonly remedy?: string } = {}) {
    super(
      "sandbox-unavailable",
      message,
      options.remedy ?? "Install the dependencies again (npm ci); actions need Deno and a POSIX shell.",
      options,
    );
  }
}

/** Too much work waits for a place in the sandbox. */
export class SandboxBusyError extends CollectiveError {
  constructor(waiting: number) {
    super("sandbox-busy", `${waiting} pieces of work already wait for the sandbox`, "Try again in a moment.");
  }
}

/** Work was asked of a sandbox that was stopped. */
export class SandboxStoppedError extends CollectiveError {
  constructor() {
    super("sandbox-stopped", "The sandbox has been stopped", "Start the peer again.");
  }
}
