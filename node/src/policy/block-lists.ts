import { isAbsolute } from "node:path";
import { CollectiveError, type ListSource, type PolicyView } from "@action-collective/protocol";
import type { Log } from "../network/options.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import { type AcceptedList, acceptList } from "./accept-list.ts";
import type { Block, Blocks } from "./acceptable.ts";
import { BlockListError } from "./errors.ts";
import {
  FETCH_AGAIN_MS,
  FETCH_EVERY_MS,
  FETCH_SPREAD,
  LOOK_AT_FILES_EVERY_MS,
  MAX_ENTRIES_IN_FORCE,
} from "./limits.ts";
import type { ListCache } from "./list-cache.ts";

type ListState = PolicyView["lists"][number];

export interface BlockListsParts {
  readonly cache: Pick<ListCache, "read" | "write" | "keepOnly">;
  readonly readFile: (path: string) => Promise<string>;
  readonly stampOf: (path: string) => Promise<string>;
  readonly fetch: (address: string, signal: AbortSignal) => Promise<string>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** What is in force is another than before. */
  readonly changed: () => void;
}

/** A source that is followed, and what came of it. */
interface Followed {
  readonly source: string;
  readonly keys: readonly string[];
  list: AcceptedList | undefined;
  /** Of the list in force; 0 for never. */
  readAt: number;
  /** Why the last try brought nothing; undefined when it did. */
  problem: string | undefined;
  tried: boolean;
  /** Tries in a row that brought nothing. */
  failures: number;
  nextAt: number;
  /** Of a file, when it was last read. */
  stamp: string | undefined;
}

/**
 * The block lists that the user follows. What was read once stays in force until something newer is: neither its end, nor a
 * server that is silent or lies, nor a file that disappears unblocks anybody.
 */
export class BlockLists implements Blocks {
  readonly #parts: BlockListsParts;
  readonly #turns = new OneAtATime();
  readonly #stop = new AbortController();
  #followed: readonly Followed[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BlockListsParts) {
    this.#parts = parts;
  }

  peer(peer: string): Block | undefined {
    return this.#find((list) => list.peers.get(peer));
  }

  action(action: string): Block | undefined {
    return this.#find((list) => list.actions.get(action));
  }

  /** The lists in force that come from these sources, as if no other were followed. */
  onlyOf(sources: ReadonlySet<string>): Blocks {
    const followed = () => this.#followed.filter(({ source }) => sources.has(source));
    return {
      get anyPeer() {
        return followed().some(({ list }) => list !== undefined && list.peers.size > 0);
      },
      peer: (peer) => blockIn(followed(), (list) => list.peers.get(peer)),
      action: (action) => blockIn(followed(), (list) => list.actions.get(action)),
    };
  }

  /** All peers, or all actions, that a list in force names; some stand on several. */
  *listed(what: "peers" | "actions"): Iterable<string> {
    for (const { list } of this.#followed) if (list !== undefined) yield* list[what].keys();
  }

  get anyPeer(): boolean {
    return this.#followed.some(({ list }) => list !== undefined && list.peers.size > 0);
  }

  get isEmpty(): boolean {
    return this.#followed.every(({ list }) => list === undefined);
  }

  states(): ListState[] {
    const now = this.#parts.clock();
    return this.#followed.map((followed) => stateOf(followed, now));
  }

  /** Follows exactly these from now on: what was read of them before is in force when this resolves, and files are read. */
  async follow(sources: readonly ListSource[]): Promise<void> {
    await this.#turns.run(async () => {
      const next: Followed[] = [];
      for (const one of sources) next.push(this.#same(one) ?? (await this.#remembered(one)));
      const dropped = this.#followed.some((one) => one.list !== undefined && !next.includes(one));
      this.#followed = next;
      await this.#parts.cache.keepOnly(next.map(({ source }) => source)).catch((error: unknown) => {
        this.#parts.log("warn", "a block list that is not followed any more could not be removed", {
          reason: String(error),
        });
      });
      const files = next.filter(({ source, tried }) => isAbsolute(source) && !tried);
      for (const file of files) await this.#read(file);
      if (dropped || next.some(({ list }) => list !== undefined)) this.#parts.changed();
    });
  }

  /** Reads what is due: new sources, addresses from time to time, files that changed. */
  async look(): Promise<void> {
    await this.#turns.run(async () => {
      const now = this.#parts.clock();
      const due = this.#followed.filter(({ nextAt }) => nextAt <= now);
      const before = due.map(({ list }) => list);
      // Each has a time-out of its own, and silent ones must not keep the others waiting.
      await Promise.all(due.map((followed) => this.#read(followed)));
      if (!this.#stop.signal.aborted && due.some(({ list }, index) => list !== before[index]))
        this.#parts.changed();
    });
  }

  start(): void {
    const look = () => {
      this.look().catch((error: unknown) => {
        this.#parts.log("warn", "block lists could not be looked at", { reason: String(error) });
      });
    };
    this.#timer = setInterval(look, LOOK_AT_FILES_EVERY_MS).unref();
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort(new Error("the peer is stopping"));
    await this.#turns.run(async () => undefined);
  }

  #find(reasonIn: (list: AcceptedList) => string | undefined): Block | undefined {
    return blockIn(this.#followed, reasonIn);
  }

  #same({ source, keys }: ListSource): Followed | undefined {
    return this.#followed.find((one) => one.source === source && one.keys.join() === keys.join());
  }

  async #remembered({ source, keys }: ListSource): Promise<Followed> {
    const followed: Followed = {
      ...{ source, keys, list: undefined, readAt: 0, problem: undefined },
      ...{ tried: false, failures: 0, nextAt: 0, stamp: undefined },
    };
    const cached = await this.#parts.cache.read(source);
    if (cached === undefined) return followed;
    try {
      // Anew, because other keys may be trusted now.
      const list = acceptList(cached.text, { keys, held: undefined, now: this.#parts.clock() });
      return { ...followed, list, readAt: cached.readAt };
    } catch (error) {
      if (!(error instanceof CollectiveError)) throw error;
      this.#parts.log("warn", "a block list that was kept is not used", { source, reason: error.message });
      return followed;
    }
  }

  async #read(followed: Followed): Promise<void> {
    const { clock, log } = this.#parts;
    const { source } = followed;
    followed.tried = true;
    try {
      const text = await this.#text(followed);
      if (text !== undefined) await this.#take(followed, text);
      followed.problem = undefined;
      followed.failures = 0;
      followed.nextAt = clock() + (isAbsolute(source) ? 0 : this.#interval());
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!(error instanceof CollectiveError)) throw error;
      if (followed.problem !== error.message)
        log("warn", "a block list could not be read anew", { source, reason: error.message });
      followed.problem = error.message;
      followed.failures++;
      const pause = Math.min(FETCH_AGAIN_MS * 2 ** (followed.failures - 1), FETCH_EVERY_MS);
      followed.nextAt = clock() + (isAbsolute(source) ? 0 : pause);
    }
  }

  /** Undefined for a file that did not change and was good. */
  async #text(followed: Followed): Promise<string | undefined> {
    const { readFile, stampOf, fetch } = this.#parts;
    const { source } = followed;
    if (!isAbsolute(source)) return await fetch(source, this.#stop.signal);
    const stamp = await stampOf(source);
    if (followed.stamp === stamp && followed.problem === undefined) return undefined;
    const text = await readFile(source);
    followed.stamp = stamp;
    return text;
  }

  async #take(followed: Followed, text: string): Promise<void> {
    const { cache, clock, log } = this.#parts;
    const { source, keys } = followed;
    const list = acceptList(text, { keys, held: followed.list, now: clock() });
    const others = this.#followed.filter((one) => one !== followed).map(({ list: other }) => sizeOf(other));
    if (others.reduce((sum, size) => sum + size, sizeOf(list)) > MAX_ENTRIES_IN_FORCE)
      throw new BlockListError(
        `With it, all lists together would have more than ${MAX_ENTRIES_IN_FORCE} entries`,
        "Follow fewer lists.",
      );
    if (list.expires <= clock() && followed.list?.digest !== list.digest)
      log("warn", "a block list has expired; it stays in force", { source, name: list.name });
    // The same object as long as it says the same, so that nothing is done anew for it.
    if (followed.list?.digest !== list.digest) followed.list = list;
    followed.readAt = clock();
    await cache.write({ source, readAt: followed.readAt, text }).catch((error: unknown) => {
      log("warn", "a block list could not be kept for the next start", { source, reason: String(error) });
    });
  }

  #interval(): number {
    return FETCH_EVERY_MS * (1 - FETCH_SPREAD + 2 * FETCH_SPREAD * this.#parts.random());
  }
}

function blockIn(
  followed: readonly Followed[],
  reasonIn: (list: AcceptedList) => string | undefined,
): Block | undefined {
  for (const { source, list } of followed) {
    const reason = list && reasonIn(list);
    if (list !== undefined && reason !== undefined) return { list: { source, name: list.name }, reason };
  }
  return undefined;
}

function sizeOf(list: AcceptedList | undefined): number {
  return list === undefined ? 0 : list.peers.size + list.actions.size;
}

function stateOf({ source, list, readAt, problem }: Followed, now: number): ListState {
  if (list === undefined) {
    // A server may give the list tomorrow; a file that is there and makes no sense is for its owner to mend.
    const state = isAbsolute(source) && problem !== undefined ? "unreadable" : "never-read";
    return { source, name: "", state, note: problem ?? "not read yet", peers: 0, actions: 0, readAt };
  }
  const expired = list.expires <= now;
  const notes = [
    ...(expired
      ? [`it expired at ${new Date(list.expires).toISOString().slice(0, 10)} and stays in force`]
      : []),
    ...(problem === undefined ? [] : [`${problem}; what was read before stays in force`]),
  ];
  return {
    ...{ source, name: list.name, state: expired ? ("expired" as const) : ("in-force" as const) },
    ...{ note: notes.join("; "), peers: list.peers.size, actions: list.actions.size, readAt },
  };
}
