/** Names of those gone that one giver's claim is kept for; older ones are free again. */
export const MOST_KEPT_NAMES = 256;

/**
 * Whose to give the names of those gone are. Others know an agent by its name (`talkTo`, access rules, whom they ask): if
 * anybody could take a dead agent's, it would get what was meant for that one. So a name stays with whoever gave it, and those
 * above that one.
 */
export class KeptNames {
  readonly #giverOf = new Map<string, string>();
  readonly #namesOf = new Map<string, Set<string>>();

  giverOf(name: string): string | undefined {
    return this.#giverOf.get(name);
  }

  keep(name: string, giver: string): void {
    this.release(name);
    let names = this.#namesOf.get(giver);
    if (names === undefined) {
      names = new Set();
      this.#namesOf.set(giver, names);
    }
    names.add(name);
    this.#giverOf.set(name, giver);
    // Only the giver's own names make room, so that nobody can make the space forget another's.
    const [oldest] = names;
    if (names.size > MOST_KEPT_NAMES && oldest !== undefined) this.release(oldest);
  }

  release(name: string): void {
    const giver = this.#giverOf.get(name);
    if (giver === undefined) return;
    this.#giverOf.delete(name);
    const names = this.#namesOf.get(giver);
    names?.delete(name);
    if (names?.size === 0) this.#namesOf.delete(giver);
  }

  /** What one who leaves gave is its creator's to give. */
  handOver(from: string, to: string): void {
    for (const name of [...(this.#namesOf.get(from) ?? [])]) this.keep(name, to);
  }
}
