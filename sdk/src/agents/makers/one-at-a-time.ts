import { MakerBusyError } from "./errors.ts";

interface Turn {
  readonly user: string;
  begin(): void;
}

/** Work that is done one after the other: the second request for a tool finds what the first one made. */
export class OneAtATime {
  readonly #most: number;
  readonly #mostOfOne: number;
  /** The first one's work is being done. */
  readonly #turns: Turn[] = [];

  /** @param bounds most that wait at once, with the one whose turn it is: of all, and of one user */
  constructor({ most, mostOfOne }: { readonly most: number; readonly mostOfOne: number }) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  /** Whoever gives up while it waits makes room at once. @throws {MakerBusyError} or what the work throws, or the signal's reason */
  async run<Done>(user: string, signal: AbortSignal, work: () => Promise<Done>): Promise<Done> {
    signal.throwIfAborted();
    if (this.#turns.length >= this.#most) throw new MakerBusyError(this.#most);
    if (this.#turns.filter((other) => other.user === user).length >= this.#mostOfOne)
      throw new MakerBusyError(this.#mostOfOne, " of yours");
    const turn: Turn = { user, begin: () => undefined };
    this.#turns.push(turn);
    try {
      if (this.#turns[0] !== turn)
        await new Promise<void>((resolve, reject) => {
          turn.begin = resolve;
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        });
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      this.#turns[0]?.begin();
    }
  }
}
