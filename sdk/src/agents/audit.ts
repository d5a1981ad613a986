import { MOST_AUDIT_ENTRIES } from "./limits.ts";
import { tell } from "./listeners.ts";
import type { AuditEntry } from "./types.ts";

/** The last decisions of a space, oldest first. */
export class AuditTrail {
  readonly #entries: AuditEntry[] = [];
  readonly #onAudit: ((entry: AuditEntry) => void) | undefined;
  readonly #problem: (error: unknown) => void;
  readonly #most: number;
  #oldest = 0;

  constructor(
    onAudit: ((entry: AuditEntry) => void) | undefined,
    problem: (error: unknown) => void,
    most: number = MOST_AUDIT_ENTRIES,
  ) {
    this.#onAudit = onAudit;
    this.#problem = problem;
    this.#most = most;
  }

  record(entry: AuditEntry): void {
    const kept = Object.freeze(entry);
    if (this.#entries.length < this.#most) this.#entries.push(kept);
    else {
      this.#entries[this.#oldest] = kept;
      this.#oldest = (this.#oldest + 1) % this.#most;
    }
    tell(() => this.#onAudit?.(kept), this.#problem);
  }

  entries(): readonly AuditEntry[] {
    return [...this.#entries.slice(this.#oldest), ...this.#entries.slice(0, this.#oldest)];
  }
}
