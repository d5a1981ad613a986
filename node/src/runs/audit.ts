import type { ActionId, PeerEvent, Permissions, Permitted } from "@action-collective/protocol";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { RunAgent, RunEntry } from "../catalogue/types.ts";
import type { Audience } from "../catalogue/usage.ts";

/** Somebody wants an action run. */
export interface Attempted {
  /** Of the run that becomes of it. */
  readonly id: string;
  readonly action: ActionId;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly agent?: RunAgent;
}

/** It was let run, and is called. */
export interface Audited extends Attempted {
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly permitted: Permitted;
  readonly granted: Permissions;
}

interface Ending {
  /** "ok", or the code of the failure. */
  readonly status: string;
  readonly durationMs: number;
}

export interface AuditParts {
  readonly catalogue: Pick<Catalogue, "transaction" | "usage">;
  /** Who may hear of the runs that are counted. */
  readonly audience: Audience;
  /** Called after a run was counted, so that feedback can be sent in its own time. */
  readonly counted: (action: ActionId) => void;
  /** Whoever looks on. */
  readonly told?: ((event: PeerEvent) => void) | undefined;
  readonly warn: (message: string) => void;
}

/**
 * Writes down every run of this peer, also those that say nothing of their action, and every attempt that did not get as far.
 * Only what says something is counted. An entry that cannot be written (a full disk) does not take the output from whoever
 * waits for it.
 */
export class Audit {
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  started({ id: run, action: id, name, started, agent }: Audited): void {
    this.#parts.told?.({ type: "run-started", run, id, name, started, ...(agent && { agent }) });
  }

  /** @param says whether the ending is evidence about the action, or was the machine's, a budget's or the caller's doing */
  ended(run: Audited, { says, ...ending }: Ending & { readonly says: "something" | "nothing" }): void {
    const { catalogue, audience, counted } = this.#parts;
    const entry = { ...entryOf(run), started: run.started, ...ending };
    this.#write(run, () => {
      catalogue.transaction(() => {
        catalogue.usage.addRun(entry);
        const succeeded = ending.status === "ok" ? 1 : 0;
        if (says === "something") catalogue.usage.count(run.action, { runs: 1, succeeded }, audience);
      });
      if (says === "something") counted(run.action);
    });
    this.#tell(run.name, entry);
  }

  /** It ended before the action was called. */
  refused(attempt: Attempted, ending: Ending): void {
    const { catalogue } = this.#parts;
    const entry = { ...entryOf(attempt), started: attempt.began, ...ending };
    let attempts = 1;
    this.#write(attempt, () => {
      attempts = catalogue.transaction(() => catalogue.usage.log.addRefusal(entry));
    });
    this.#tell(attempt.name, entry, attempts);
  }

  #write({ action }: Attempted, write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#parts.warn(`a run of ${action} could not be written down: ${String(error)}`);
    }
  }

  #tell(name: string, { id: run, action: id, ...entry }: RunEntry, attempts?: number): void {
    const { granted = {}, ...rest } = entry;
    const view = { run, id, name, ...rest, granted, ...(attempts === undefined ? {} : { attempts }) };
    this.#parts.told?.({ type: "run-ended", run: view });
  }
}

function entryOf({ id, action, agent, ...rest }: Attempted & Partial<Audited>) {
  const { permitted, granted } = rest;
  return {
    ...{ id, action },
    ...(agent === undefined ? {} : { agent }),
    ...(permitted === undefined ? {} : { permitted }),
    ...(granted === undefined ? {} : { granted }),
  };
}
