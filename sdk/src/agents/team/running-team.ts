import { capabilityId, type Json, type Spent } from "@action-collective/protocol";
import type { ActionClient } from "../../client.ts";
import type { BoardStatus } from "../hierarchy/board.ts";
import type { Space } from "../space.ts";
import type { Message, Place } from "../types.ts";
import { TeamStoppedError } from "./errors.ts";
import type { Team } from "./plan.ts";

/** How often a team is looked at that is about to fall silent, in milliseconds. */
const LOOK_MS = 20;

/** A person, and how that one's own window is connected. */
export interface Reachable {
  readonly id: string;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
}

export interface RunningTeamParts {
  readonly people: readonly Reachable[];
  readonly places: ReadonlyMap<string, Place>;
  /** Of the peer that it is connected to. */
  readonly client: ActionClient | undefined;
}

/** What a team used up: each member with all below it, and all together. */
export interface TeamSpent {
  readonly all: Spent;
  readonly members: readonly { readonly id: string; readonly spent: Spent }[];
}

/** A team that lives; the user is its board. Stop it when it is no longer needed: people and peers are held until then. */
export class RunningTeam implements AsyncDisposable {
  readonly team: Team;
  readonly space: Space;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #parts: RunningTeamParts;
  #stopping: Promise<void> | undefined;

  constructor(team: Team, space: Space, parts: RunningTeamParts) {
    this.team = team;
    this.space = space;
    this.#parts = parts;
    const late = new TeamStoppedError(`its time, ${team.timeoutMs} ms, is over`);
    this.#timer = setTimeout(() => this.#controller.abort(late), team.timeoutMs);
    this.#timer.unref();
  }

  /** Aborts when the team is stopped, or its time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * What is answered to a message of the user's, one answer at a time. Given an answer, it goes on from there.
   * @throws {TeamStoppedError | RemoteFailureError}, and as `Place.stream`
   */
  async *say(
    content: Json,
    { after }: { readonly after?: Message | undefined } = {},
  ): AsyncGenerator<Message> {
    this.signal.throwIfAborted();
    const options = { signal: this.signal, timeoutMs: this.team.timeoutMs, replyTo: after?.id };
    try {
      yield* this.space.place.stream(this.team.start, "chat", content, options);
    } catch (error) {
      this.signal.throwIfAborted();
      throw error;
    }
    this.signal.throwIfAborted();
  }

  /** Until nobody is busy with a message any more, or the team is stopped. */
  async silence(): Promise<void> {
    while (this.space.stats().exchanges > 0 && !this.signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }

  /** The people of the team; with the address and the token that somebody's window connects with, where there are some. */
  people(): readonly Reachable[] {
    return this.#parts.people.map(({ id, url, token }) => ({ id, url, token }));
  }

  /** Where other peers reach those members that are exposed. */
  addresses(): readonly string[] {
    return this.space.place
      .who()
      .map(({ address }) => address)
      .filter((address) => address.includes("@"));
  }

  /** All that there is to see: members, what they used up, what is going on. */
  status(): BoardStatus {
    return this.space.board.status();
  }

  /** What was used up so far; runs of actions are counted by the peer. */
  async spent(): Promise<TeamSpent> {
    const [board, ...members] = this.status().members;
    const { client, places } = this.#parts;
    const seen = new Map((await client?.capabilities())?.map(({ id, spent }) => [id, spent]));
    const counted = members.map(({ id, level, spent }) => {
      const token = places.get(id)?.token;
      const { calls = 0, milliseconds = 0 } = (token && seen.get(capabilityId(token))) || {};
      return { id, level, spent: { ...spent, calls, milliseconds } };
    });
    const sum = (kind: "calls" | "milliseconds") =>
      counted.reduce((total, { level, spent }) => total + (level === 1 ? spent[kind] : 0), 0);
    const { tokens = 0, messages = 0 } = board?.spent ?? {};
    return {
      all: { calls: sum("calls"), tokens, milliseconds: sum("milliseconds"), messages },
      members: counted.map(({ id, spent }) => ({ id, spent })),
    };
  }

  /** Everybody leaves; everything that was held is released. */
  stop(why = "by the user"): Promise<void> {
    this.#stopping ??= this.#stop(why);
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #stop(why: string): Promise<void> {
    clearTimeout(this.#timer);
    this.#controller.abort(new TeamStoppedError(why));
    await this.space.close();
  }
}
