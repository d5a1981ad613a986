import { setImmediate } from "node:timers/promises";
import type { RecordsOf } from "../catalogue/live-records.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import { SLICE_MS } from "./limits.ts";
import type { Statement } from "./policy-desk.ts";

export interface WithheldParts {
  readonly live: {
    /** Takes the records of the selection out of what neighbours catch up with, or puts them back. */
    reconsider(of: RecordsOf, isWithheld: (record: Statement) => boolean): void;
  };
  readonly desk: {
    everyBlocked(what: "peers" | "actions"): Iterable<string>;
    isUnwanted(record: Statement): boolean;
  };
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

/**
 * Keeps stored records of blocked peers, and publications of blocked actions, from neighbours who catch up: they stay in
 * the catalogue, and are there again when the block is lifted. Looks only at what was blocked or unblocked since the last
 * time.
 */
export class WithheldRecords {
  readonly #parts: WithheldParts;
  readonly #turns = new OneAtATime();
  #peers: ReadonlySet<string> = new Set();
  #actions: ReadonlySet<string> = new Set();
  /** What a time before was to look at and did not get through. */
  #left: readonly RecordsOf[] = [];
  #stopped = false;

  constructor(parts: WithheldParts) {
    this.#parts = parts;
  }

  /** In slices: a list may name fifty thousand. */
  async apply(): Promise<void> {
    await this.#turns.run(async () => {
      const { desk, live, now } = this.#parts;
      const peers = new Set(desk.everyBlocked("peers"));
      const actions = new Set(desk.everyBlocked("actions"));
      const changed: RecordsOf[] = [
        ...this.#left,
        ...differing(peers, this.#peers).map((author) => ({ author })),
        ...differing(actions, this.#actions).map((action) => ({ publicationsOf: action })),
      ];
      this.#peers = peers;
      this.#actions = actions;
      this.#left = changed;
      let since = now();
      for (const one of changed) {
        live.reconsider(one, (record) => desk.isUnwanted(record));
        if (now() - since < SLICE_MS) continue;
        await setImmediate();
        if (this.#stopped) return;
        since = now();
      }
      this.#left = [];
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turns.run(async () => undefined);
  }
}

/** What is in one of them and not in the other. */
function differing(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...[...one].filter((id) => !other.has(id)), ...[...other].filter((id) => !one.has(id))];
}
