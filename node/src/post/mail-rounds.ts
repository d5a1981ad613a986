import type { Mailboxes } from "./mailboxes.ts";
import type { PresenceListener } from "./residents.ts";
import type { Resident } from "./types.ts";

interface MailRoundsParts {
  readonly mailboxes: Mailboxes;
  readonly lifetime: AbortSignal;
  readonly log: (message: string, error: unknown) => void;
}

/** Brings an agent what was kept for it, one letter after the other, as soon as it is back. */
export class MailRounds implements PresenceListener {
  readonly #parts: MailRoundsParts;
  /** Exposed agents that are here. */
  readonly #present = new Set<Resident>();
  readonly #underWay = new Set<Resident>();

  constructor(parts: MailRoundsParts) {
    this.#parts = parts;
  }

  joined(resident: Resident): void {
    if (!resident.exposed) return;
    this.#present.add(resident);
    this.#write(resident);
    // After the space has heard that it joined.
    setImmediate(() => this.#start(resident));
  }

  left(resident: Resident): void {
    if (this.#present.delete(resident)) this.#write(resident);
  }

  /** From time to time: writes down who is here, in case this process is killed, and tries again what nobody took. */
  tend(): void {
    for (const resident of this.#present) {
      this.#write(resident);
      this.#start(resident);
    }
  }

  /** Without it an agent is forgotten sooner: no reason to keep it out. */
  #write({ name, owner }: Resident): void {
    try {
      this.#parts.mailboxes.here(name, owner);
    } catch (error) {
      this.#parts.log("a name could not be written down", error);
    }
  }

  #start(resident: Resident): void {
    if (this.#underWay.has(resident)) return;
    this.#underWay.add(resident);
    this.#round(resident)
      .catch((error: unknown) => this.#parts.log("a mailbox could not be emptied", error))
      .finally(() => this.#underWay.delete(resident));
  }

  async #round(resident: Resident): Promise<void> {
    const { mailboxes, lifetime, log } = this.#parts;
    let last = 0;
    while (!lifetime.aborted && this.#present.has(resident)) {
      const kept = mailboxes.next(resident.name, resident.owner, last);
      if (kept === undefined) return;
      last = kept.seq;
      try {
        // One that leaves before it took a letter gets it when it is back.
        if ((await resident.deliver(kept.message, lifetime)) !== "gone") mailboxes.remove(kept.seq);
      } catch (error) {
        log("a letter that was kept was not taken", error);
      }
    }
  }
}
