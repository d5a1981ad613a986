import type { AgentMessage, Privileges } from "@action-collective/protocol";

/** What is answered to one message, one at a time: nothing of it is made before it is asked for. */
export interface Answers {
  /** The next one; undefined at the end. Throws what the side that answers failed with, and the signal's reason. */
  next(signal: AbortSignal): Promise<AgentMessage | undefined>;
  /** Nobody asks for more; whoever makes the answers is told. Idempotent, and may come after the end. */
  cancel(): void;
}

/** What became of a one-way message, but for its id and the time. */
export type Outcome =
  | { readonly status: "delivered" | "kept" }
  | { readonly status: "refused" | "lost"; readonly code: string; readonly message: string };

/** As whom somebody acts: the peer's user, or the holder of a capability. */
export interface Bearer {
  /** Whose it is; undefined for the user's own. */
  readonly agent?: string;
  /** Of every link of the capability's chain, level 0 first; none for the user's own. */
  readonly ids: readonly string[];
  /** Whose each of them is. */
  readonly agents: readonly string[];
  /** In force now. Throws when the capability ended or was revoked. */
  privileges(): Privileges;
  /** Counts one message that leaves. Throws when the budget is spent. */
  charge(): void;
  /** `ended` is called once when the capability ends, at once if it did. Returns how to stop that. */
  watch(ended: () => void): () => void;
}

/** What the post needs to know of capabilities. */
export interface Bearers {
  /** Throws when the peer did not make it, or it ended. */
  open(token: string): Bearer;
}

/** An agent that is here now. */
export interface Resident {
  readonly name: string;
  /** Other peers may reach it. */
  readonly exposed: boolean;
  readonly bearer: Bearer;
  /** To whom its name belongs, see `ownerOf`. */
  readonly owner: string;
  /** Throws PostBusyError. */
  ask(message: AgentMessage): Answers;
  /** `gone`: its space closed before it said that it took the message. */
  deliver(message: AgentMessage, signal: AbortSignal): Promise<Outcome | "gone">;
}
