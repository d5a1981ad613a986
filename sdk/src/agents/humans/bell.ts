/** Rung from anywhere, heard once by the one who waits; a ring while nobody waits is heard at the next wait. */
export class Bell {
  #rung = false;
  #hear: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#hear?.();
  }

  /** Until it rings, or the time is over. The timer keeps no program alive. */
  async heard(timeoutMs: number): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        timer.unref();
        this.#hear = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#hear = undefined;
    this.#rung = false;
  }
}
