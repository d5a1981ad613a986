import type { TeamHuman } from "@action-collective/protocol";
import type { ConsoleStreams } from "../console.ts";
import type { Human } from "../humans/human.ts";
import { findPlace } from "../place-of.ts";
import type { Environment } from "./environment.ts";
import { around } from "./events.ts";
import { CHANNEL_ROLE, isTurnIntent, turnAnswer, turnQuestion } from "./taking-turns.ts";

export interface PersonParts {
  readonly environment: Environment;
  /** Where the one at the console is. */
  readonly streams?: ConsoleStreams | undefined;
}

/**
 * A person of a team; the library for the way to them is loaded only here.
 * @throws {HumanSettingsError}
 */
export async function personOf(id: string, human: TeamHuman, parts: PersonParts): Promise<Human> {
  return takingTurns(await reached(id, human, parts));
}

async function reached(id: string, human: TeamHuman, { environment, streams }: PersonParts): Promise<Human> {
  if (human.websocket !== undefined)
    return (await import("../websocket.ts")).humanFrom(id, human.websocket, environment);
  if (human.email !== undefined) {
    const { smtp, imap, ...email } = human.email;
    const settings = { ...email, smtp: atHost(smtp, environment), imap: atHost(imap, environment) };
    return (await import("../email.ts")).humanFrom(id, settings, environment);
  }
  const { ConsoleHuman } = await import("../console.ts");
  const seconds = human.console?.timeoutSeconds;
  return new ConsoleHuman(id, { ...streams, timeoutMs: seconds === undefined ? undefined : seconds * 1_000 });
}

/** The server that the environment names. */
function atHost({ hostVariable, ...server }: { readonly hostVariable: string }, environment: Environment) {
  return { ...server, host: environment[hostVariable] };
}

/** A channel's questions who wants to speak, in words that a person answers. */
function takingTurns(person: Human): Human {
  return around(
    person,
    (receive) =>
      async function* (message, receiving) {
        const { intent, content } = message;
        const place = findPlace(person);
        const hearing = receiving?.hearing;
        if (!isTurnIntent(intent) || place === undefined || hearing?.caller.role !== CHANNEL_ROLE) {
          yield* receive(message, receiving);
          return;
        }
        hearing.decided("permitted", "turn");
        const signal = receiving?.signal ?? place.signal;
        const question = turnQuestion(intent, content);
        const said =
          intent === "hand"
            ? (await person.confirm(question, { from: message.from, signal }))
              ? "yes"
              : "no"
            : await person.query(question, { message, caller: hearing.caller, signal });
        const answer = turnAnswer(intent, content, said);
        if (answer !== undefined) yield place.reply(message, answer, { intent: "inform" });
      },
  );
}
