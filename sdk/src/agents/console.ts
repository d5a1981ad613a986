import { type ConsoleStreams, consoleContact } from "./humans/console-contact.ts";
import { Human, type HumanOptions } from "./humans/human.ts";
import { SettingsReader } from "./humans/settings.ts";

export * from "./humans/index.ts";
export type { ConsoleStreams };

export interface ConsoleHumanOptions extends ConsoleStreams, HumanOptions {}

/** A person at this program's terminal, or behind a pipe: one question at a time, answered in one line. */
export class ConsoleHuman extends Human {
  constructor(id?: string, options: ConsoleHumanOptions = {}) {
    super(id, consoleContact(options), options);
  }
}

/** `human: { console: { … } }` of a team's file. */
export interface ConsoleHumanSettings {
  readonly timeoutSeconds?: number;
}

/** @throws {HumanSettingsError} */
export function humanFrom(id: string, settings: unknown): ConsoleHuman {
  const reader = new SettingsReader("the console", settings, {});
  const timeoutMs = reader.seconds("timeoutSeconds");
  reader.done();
  return new ConsoleHuman(id, { timeoutMs });
}
