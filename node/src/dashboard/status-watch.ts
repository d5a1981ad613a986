import type { PeerEvent, Status } from "@action-collective/protocol";

export interface StatusWatchParts {
  readonly status: () => Promise<Status>;
  readonly publish: (event: PeerEvent) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly everyMs: number;
  readonly log: (message: string) => void;
}

/** Looks at the peer's state while anybody wants to know, and tells when it is another than before. */
export class StatusWatch {
  readonly #parts: StatusWatchParts;
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;
  #last = "";
  #connected: number | undefined;

  constructor(parts: StatusWatchParts) {
    this.#parts = parts;
  }

  /** @returns ends it, once */
  watch(): () => void {
    if (this.#watchers++ === 0) this.#later();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#watchers > 0) return;
      clearTimeout(this.#timer);
      this.#last = "";
      this.#connected = undefined;
    };
  }

  #later(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#parts.everyMs);
  }

  async #look(): Promise<void> {
    const { status: read, publish, clock, log } = this.#parts;
    try {
      const status = await read();
      const text = JSON.stringify(status);
      if (this.#watchers > 0 && text !== this.#last) {
        if (this.#connected !== undefined && this.#connected !== status.peers)
          publish({ type: "peers", connected: status.peers, at: clock() });
        publish({ type: "status", status });
        this.#last = text;
        this.#connected = status.peers;
      }
    } catch (error) {
      log(`the peer's state could not be told to its pages: ${String(error)}`);
    }
    if (this.#watchers > 0) this.#later();
  }
}
