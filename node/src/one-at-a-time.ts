/** Runs tasks one after the other, in the order they came. One that fails does not keep the next from running. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(task);
    this.#last = mine.catch(() => undefined);
    return await mine;
  }
}
