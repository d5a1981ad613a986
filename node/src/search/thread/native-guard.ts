/** Places in the shared memory: whether the thread must stop calling, and how many calls are under way. */
const HALTED = 0;
const CALLS = 1;
/** A step takes milliseconds, writing a large graph seconds. */
const PATIENCE_MS = 5_000;

/**
 * Ending a thread while it is inside hnswlib-node aborts the whole process (an exception of the addon meets an
 * environment that is gone: 4 of 4 in a trial; while it is outside, none of 16). So every call into the addon is
 * counted in memory that both threads see, and whoever ends the thread first halts it.
 */
export class NativeGuard {
  readonly #shared: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#shared = new Int32Array(memory);
  }

  get memory(): SharedArrayBuffer {
    return this.#shared.buffer;
  }

  /** On the search thread: runs what calls the addon. A thread that was halted stays here until it is ended. */
  run(work: () => void): void {
    this.#enter();
    try {
      work();
    } finally {
      this.#leave();
    }
  }

  /** The same for work that goes on in the background. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** On the main thread: returns when no call is under way and none can begin, or when patience is at an end. */
  halt(): void {
    Atomics.store(this.#shared, HALTED, 1);
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const calls = Atomics.load(this.#shared, CALLS);
      const left = end - Date.now();
      if (calls === 0 || left <= 0) return;
      Atomics.wait(this.#shared, CALLS, calls, left);
    }
  }

  #enter(): void {
    Atomics.add(this.#shared, CALLS, 1);
    if (Atomics.load(this.#shared, HALTED) === 0) return;
    this.#leave();
    Atomics.wait(this.#shared, HALTED, 1);
  }

  #leave(): void {
    Atomics.sub(this.#shared, CALLS, 1);
    Atomics.notify(this.#shared, CALLS);
  }
}
