import type { Message } from "./types.ts";

/** The same stream with each answer looked at; `look` may throw, which ends it. What ends the one ends the other, at once. */
export function watched(
  source: AsyncIterableIterator<Message>,
  look: (answer: Message) => void,
): AsyncIterableIterator<Message> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = await source.next();
      if (step.done === true) return step;
      try {
        look(step.value);
      } catch (error) {
        await source.return?.();
        throw error;
      }
      return step;
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** A stream of which nothing exists, not even what it is made from, until somebody asks for its first answer. */
export function lazily(make: () => AsyncIterableIterator<Message>): AsyncIterableIterator<Message> {
  let source: AsyncIterableIterator<Message> | undefined;
  let over = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (over) return { done: true, value: undefined };
      source ??= make();
      return source.next();
    },
    async return() {
      over = true;
      await source?.return?.();
      return { done: true, value: undefined };
    },
  };
}

/**
 * Several streams as one, each answer as soon as it is there. A stream is asked for its next answer only after its last one
 * was taken, and no more than `atOnce` streams are open at a time.
 * @param opens each opens one stream when its turn comes
 * @param failed what to do about a stream that threw: an answer instead, nothing, or throw
 */
export class Merged implements AsyncIterableIterator<Message> {
  readonly #waiting: (() => AsyncIterableIterator<Message>)[];
  readonly #atOnce: number;
  readonly #failed: (error: unknown) => void;
  readonly #open = new Set<AsyncIterableIterator<Message>>();
  readonly #idle = new Set<AsyncIterableIterator<Message>>();
  readonly #ready: { readonly source: AsyncIterableIterator<Message>; readonly answer: Message }[] = [];
  #error: { readonly error: unknown } | undefined;
  #over = false;
  #wake: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    opens: readonly (() => AsyncIterableIterator<Message>)[],
    atOnce: number,
    failed: (error: unknown) => void,
  ) {
    this.#waiting = [...opens];
    this.#atOnce = atOnce;
    this.#failed = failed;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Calls that overlap are answered in their order. */
  next(): Promise<IteratorResult<Message, undefined>> {
    const taken = this.#turn.then(() => this.#take());
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  async return(): Promise<IteratorResult<Message, undefined>> {
    this.#over = true;
    this.#waiting.length = 0;
    this.#ready.length = 0;
    this.#wake?.();
    await Promise.all([...this.#open].map((source) => source.return?.()));
    return { done: true, value: undefined };
  }

  async #take(): Promise<IteratorResult<Message, undefined>> {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready !== undefined) {
        this.#idle.add(ready.source);
        return { done: false, value: ready.answer };
      }
      if (this.#error !== undefined) {
        const { error } = this.#error;
        this.#error = undefined;
        await this.return();
        throw error;
      }
      if (!this.#over) this.#fill();
      if (this.#over || this.#open.size === 0) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #fill(): void {
    for (const source of this.#idle) this.#ask(source);
    this.#idle.clear();
    while (this.#open.size < this.#atOnce) {
      const open = this.#waiting.shift();
      if (open === undefined) return;
      const source = open();
      this.#open.add(source);
      this.#ask(source);
    }
  }

  #ask(source: AsyncIterableIterator<Message>): void {
    source.next().then(
      (step) => {
        if (step.done === true) this.#open.delete(source);
        else if (!this.#over) this.#ready.push({ source, answer: step.value });
        this.#wake?.();
      },
      (error: unknown) => {
        this.#open.delete(source);
        try {
          this.#failed(error);
        } catch (thrown) {
          this.#error ??= { error: thrown };
        }
        this.#wake?.();
      },
    );
  }
}
