import { CollectiveError, type Permissions, type Receipt } from "@action-collective/protocol";
import type { Approval, ApprovalQuestion } from "../approval.ts";
import { oneLine } from "./one-line.ts";

const NAMED_HOSTS = 200;

/** Failures after which the action had run, so that what it threw may quote what the network answered. */
const AFTER_RUNNING = new Set(["action-threw", "output-invalid", "sandbox-limit"]);

/**
 * Keeps what strangers wrote on the network a moment ago from carrying data away: once an action of this tool set reached
 * the network, whatever could send something out needs the user's yes. What a model wrote before it read such an answer
 * is not held back, so calls that were made together are judged as if each were the first.
 */
export class OutboundGuard {
  readonly #approve: Approval | undefined;
  #reached: string | undefined;

  constructor(approve: Approval | undefined) {
    this.#approve = approve;
  }

  /** Whether a model that uses this tool set has read what came from the network. */
  get closed(): boolean {
    return this.#reached !== undefined;
  }

  /** To be told of every run that came back. */
  saw({ granted }: Pick<Receipt, "granted">): void {
    this.#close(granted);
  }

  /** To be told of every run that failed, with how to learn what its action asks for. */
  async sawFailure(error: unknown, asksFor: () => Promise<Permissions>): Promise<void> {
    if (error instanceof CollectiveError && AFTER_RUNNING.has(error.code)) this.#close(await asksFor());
  }

  /** @throws {OutboundRefusedError} the user did not say yes. */
  async pass({
    what,
    ...question
  }: Omit<ApprovalQuestion, "message"> & { readonly what: string }): Promise<void> {
    if (this.#reached === undefined) return;
    const why = `An action read from the network (${this.#reached}), and ${what}`;
    const approve = this.#approve;
    const yes =
      typeof approve === "function" ? await approve({ ...question, message: why }) : approve !== undefined;
    if (!yes) throw new OutboundRefusedError(why);
  }

  #close({ net = [] }: Permissions): void {
    if (net.length > 0) this.#reached ??= oneLine(net.join(", "), NAMED_HOSTS);
  }
}

/** Something that could send data out was called after the network had been read, and the user did not allow it. */
export class OutboundRefusedError extends CollectiveError {
  constructor(why: string) {
    super(
      "approval-needed",
      `${why}; that needs the user's yes, and there was none`,
      "Give `approve` to the tools, so that the user can be asked.",
    );
  }
}
