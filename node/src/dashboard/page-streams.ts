import type { ServerResponse } from "node:http";
import type { Status } from "@action-collective/protocol";
import { BusyError } from "../api/errors.ts";
import type { EventHub } from "../events/event-hub.ts";
import { streamEvents } from "./event-stream.ts";
import type { DashboardLimits } from "./limits.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { StatusWatch } from "./status-watch.ts";

export interface PageStreamsParts {
  readonly events: EventHub;
  readonly sessions: Pick<Sessions, "isLive">;
  readonly status: () => Promise<Status>;
  readonly statusWatch: StatusWatch;
  readonly limits: DashboardLimits;
}

/** The streams of events that pages have open: how many at once, and a way to end them all. */
export class PageStreams {
  readonly #parts: PageStreamsParts;
  readonly #open = new Set<AbortController>();

  constructor(parts: PageStreamsParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#open.size;
  }

  /** @throws {BusyError} too many are open. */
  async open(outgoing: Pick<ServerResponse, "once" | "destroy">, session: Session): Promise<ReadableStream> {
    const { events, sessions, status, statusWatch, limits } = this.#parts;
    if (this.#open.size >= limits.streams) throw new BusyError(limits.streams);
    const ending = new AbortController();
    const { signal } = ending;
    const endWatch = statusWatch.watch();
    const end = () => ending.abort();
    this.#open.add(ending);
    signal.addEventListener("abort", () => {
      this.#open.delete(ending);
      session.ended.signal.removeEventListener("abort", end);
      endWatch();
    });
    outgoing.once("close", end);
    session.ended.signal.addEventListener("abort", end);
    try {
      return streamEvents({
        first: { type: "status", status: await status() },
        isWanted: () => sessions.isLive(session),
        onStuck: () => outgoing.destroy(),
        ...{ events, signal, limits },
      });
    } catch (error) {
      end();
      throw error;
    }
  }

  closeAll(): void {
    for (const ending of this.#open) ending.abort();
  }
}
