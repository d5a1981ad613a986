import { CollectiveError, type Permissions, type Receipt } from "@action-collective/protocol";
import type { Approval, ApprovalQuestion } from "../approval.ts";
import { oneLine } from "./one-line.ts";

const NAMED_HOSTS = 200;

/** Failures after which the action had run, so that what it threw may quote what the network answered. */
export const AFTER_RUNNING = new Set(["action-threw", "output-invalid", "sandbox-limit"]);

/** What was read from the network in the course of a conversation. */
export class NetworkMemory {
  readonly #clock: () => number;
  readonly #forgetMs: number;
  #hosts: string | undefined;
  #last = 0;

  /**
   * @param forgetMs how long it is remembered after the last time; as long as this lives unless given. For who cannot tell
   * where a conversation ends.
   */
  constructor({ clock, forgetMs }: { clock: () => number; forgetMs: number } = FOR_GOOD) {
    this.#clock = clock;
    this.#forgetMs = forgetMs;
  }

  /** Where from, in one line; undefined when nothing was read. */
  get hosts(): string | undefined {
    return this.#clock() - this.#last < this.#forgetMs ? this.#hosts : undefined;
  }

  saw(hosts: readonly string[]): void {
    if (hosts.length === 0) return;
    this.#hosts = this.hosts ?? oneLine(hosts.join(", "), NAMED_HOSTS);
    this.#last = this.#clock();
  }
}

const FOR_GOOD = { clock: () => 0, forgetMs: Number.POSITIVE_INFINITY };

/**
 * Keeps what strangers wrote on the network a moment ago from carrying data away: once an action of this tool set reached
 * the network, whatever could send something out needs the user's yes. What a model wrote before it read such an answer
 * is not held back, so calls that were made together are judged as if each were the first.
 */
export class OutboundGuard {
  readonly #approve: Approval | undefined;
  readonly #memory: NetworkMemory;

  constructor(approve: Approval | undefined, memory: NetworkMemory = new NetworkMemory()) {
    this.#approve = approve;
    this.#memory = memory;
  }

  /** Whether a model that uses this tool set has read what came from the network. */
  get closed(): boolean {
    return this.#memory.hosts !== undefined;
  }

  /** To be told of every run that came back. */
  saw({ granted }: Pick<Receipt, "granted">): void {
    this.#memory.saw(granted.net ?? []);
  }

  /** To be told of every run that failed, with how to learn what its action asks for. */
  async sawFailure(error: unknown, asksFor: () => Promise<Permissions>): Promise<void> {
    if (error instanceof CollectiveError && AFTER_RUNNING.has(error.code))
      this.#memory.saw((await asksFor()).net ?? []);
  }

  /** @throws {OutboundRefusedError} the user did not say yes. */
  async pass({
    what,
    ...question
  }: Omit<ApprovalQuestion, "message"> & { readonly what: string }): Promise<void> {
    const { hosts } = this.#memory;
    if (hosts === undefined) return;
    const why = `An action read from the network (${hosts}), and ${what}`;
    const approve = this.#approve;
    const yes =
      typeof approve === "function" ? await approve({ ...question, message: why }) : approve !== undefined;
    if (!yes) throw new OutboundRefusedError(why);
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
