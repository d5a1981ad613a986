/** How long pieces of work took, by name, in whole milliseconds. */
export class Stopwatch {
  readonly #timings: Record<string, number> = {};

  get timings(): Readonly<Record<string, number>> {
    return this.#timings;
  }

  async time<Value>(name: string, work: Promise<Value>): Promise<Value> {
    const began = performance.now();
    try {
      return await work;
    } finally {
      this.#timings[name] = Math.ceil(performance.now() - began);
    }
  }
}
