import { deadline } from "../deadline.ts";
import type { Message } from "./types.ts";

/**
 * The same stream with what `look` makes of each answer; it may throw, which ends the stream. What ends the one ends the other, at
 * once.
 */
export function watched(
  source: AsyncIterableIterator<Message>,
  look: (answer: Message) => Message,
): AsyncIterableIterator<Message> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const step = await source.next();
      if (step.done === true) return step;
      try {
        return { done: false, value: look(step.value) };
      } catch (error) {
        await source.return?.();
        throw error;
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** The same stream without the answers that count for nothing. */
export function without(
  source: AsyncIterableIterator<Message>,
  skip: (answer: Message) => boolean,
): AsyncIterableIterator<Message> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const step = await source.next();
        if (step.done === true || !skip(step.value)) return step;
      }
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
 * @param failed the answer that stands for what a stream threw; `place` is the stream's. What it throws ends all.
 * @param skip answers that count for nothing
 */
export class Merged implements AsyncIterableIterator<Message> {
  readonly #opens: readonly (() => AsyncIterableIterator<Message>)[];
  readonly #atOnce: number;
  readonly #failed: (error: unknown, place: number) => Message;
  readonly #skip: (answer: Message) => boolean;
  readonly #open = new Set<Source>();
  readonly #idle = new Set<Source>();
  readonly #ready: { readonly source: Source; readonly answer: Message }[] = [];
  #opened = 0;
  #error: { readonly error: unknown } | undefined;
  #over = false;
  #wake: (() => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    opens: readonly (() => AsyncIterableIterator<Message>)[],
    atOnce: number,
    failed: (error: unknown, place: number) => Message,
    skip: (answer: Message) => boolean = () => false,
  ) {
    this.#opens = opens;
    this.#atOnce = atOnce;
    this.#failed = failed;
    this.#skip = skip;
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
    this.#ready.length = 0;
    this.#wake?.();
    await Promise.all([...this.#open].map(({ answers }) => answers.return?.()));
    return { done: true, value: undefined };
  }

  async #take(): Promise<IteratorResult<Message, undefined>> {
    for (;;) {
      const ready = this.#ready.shift();
      if (ready !== undefined) {
        if (this.#open.has(ready.source)) this.#idle.add(ready.source);
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
      const open = this.#opens[this.#opened];
      if (open === undefined) return;
      const source = { answers: open(), place: this.#opened };
      this.#opened += 1;
      this.#open.add(source);
      this.#ask(source);
    }
  }

  #ask(source: Source): void {
    source.answers.next().then(
      (step) => {
        if (step.done === true) this.#open.delete(source);
        else if (this.#skip(step.value)) this.#idle.add(source);
        else this.#ready.push({ source, answer: step.value });
        this.#wake?.();
      },
      (error: unknown) => {
        this.#open.delete(source);
        try {
          if (!this.#over) this.#ready.push({ source, answer: this.#failed(error, source.place) });
        } catch (thrown) {
          this.#error ??= { error: thrown };
        }
        this.#wake?.();
      },
    );
  }
}

interface Source {
  readonly answers: AsyncIterableIterator<Message>;
  readonly place: number;
}

/** Tells a producer to stop. What it still does has its time; how it complains of being stopped is nobody's affair. */
export async function endStream(
  stream: AsyncIterator<unknown> | Iterator<unknown>,
  withinMs: number,
): Promise<void> {
  try {
    using time = deadline(withinMs, undefined, () => new Error("It does not stop"));
    await time.race(Promise.resolve(stream.return?.()));
  } catch {
    // It is left alone.
  }
}
