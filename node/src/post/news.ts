import type { AgentMessage } from "@action-collective/protocol";
import type { Attempt } from "./envoy.ts";
import { MOST_NEWS_AT_ONCE, MOST_NEWS_WAITING } from "./limits.ts";
import type { PresenceListener } from "./residents.ts";
import type { Resident } from "./types.ts";
import type { Watcher, Watchers } from "./watchers.ts";

interface NewsParts {
  readonly self: string;
  readonly watchers: Watchers;
  /** Hands it over once: news are not kept. */
  readonly send: (watcher: Watcher, message: AgentMessage) => Promise<{ readonly status: Attempt["status"] }>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly lifetime: AbortSignal;
}

interface Waiting {
  readonly watcher: Watcher;
  readonly messages: AgentMessage[];
}

/** Tells those who asked who is here of exposed agents that come and go, each in order. */
export class News implements PresenceListener {
  readonly #parts: NewsParts;
  /** By address, whoever waited longest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #underWay = new Set<string>();

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  joined(resident: Resident): void {
    this.#tell("joined", resident);
  }

  left(resident: Resident): void {
    this.#tell("left", resident);
  }

  #tell(intent: "joined" | "left", { name, exposed }: Resident): void {
    const { self, watchers, clock, newId, lifetime } = this.#parts;
    if (!exposed || lifetime.aborted) return;
    const address = `${name}@${self}`;
    for (const watcher of watchers.all()) {
      if (watcher.address === address) continue;
      const waiting = this.#waiting.get(watcher.address) ?? { watcher, messages: [] };
      if (waiting.messages.length >= MOST_NEWS_WAITING) {
        watchers.forget(watcher.address);
        continue;
      }
      waiting.messages.push({
        id: newId(),
        from: `*@${self}`,
        to: watcher.address,
        intent,
        content: { address },
        replyTo: watcher.question,
        timestamp: clock(),
      });
      this.#waiting.set(watcher.address, waiting);
    }
    // What is said of this one must not come before what it is said by.
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    for (const [address, { watcher, messages }] of this.#waiting) {
      if (this.#underWay.size >= MOST_NEWS_AT_ONCE || this.#parts.lifetime.aborted) return;
      if (this.#underWay.has(address)) continue;
      const message = messages.shift();
      if (message === undefined) {
        this.#waiting.delete(address);
        continue;
      }
      this.#underWay.add(address);
      void this.#send(watcher, message).finally(() => {
        this.#underWay.delete(address);
        this.#pump();
      });
    }
  }

  /** Who cannot be told, or does not want to be, is told no more. */
  async #send(watcher: Watcher, message: AgentMessage): Promise<void> {
    const { status } = await this.#parts.send(watcher, message).catch(() => ({ status: "refused" as const }));
    if (status === "delivered") return;
    this.#parts.watchers.forget(watcher.address);
    this.#waiting.delete(watcher.address);
  }
}
