import type { AgentMessage } from "@action-collective/protocol";
import { BoundedAnswers } from "./bounded-answers.ts";
import { NoSuchAgentError } from "./errors.ts";
import { refusalOf } from "./failure.ts";
import { ANSWER_MS, ASKER_IDLE_MS, MOST_MERGED } from "./limits.ts";
import { MergedAnswers } from "./merged-answers.ts";
import type { Address } from "./messages.ts";
import type { Residents } from "./residents.ts";
import type { Answers, Outcome, Resident } from "./types.ts";

/** Whom a message can find: a sender of another peer finds the exposed only, as it finds nobody. */
export type Reachable = "all" | "exposed";

/** Hands messages to the agents that are here. */
export class LocalPost {
  readonly #residents: Residents;

  constructor(residents: Residents) {
    this.#residents = residents;
  }

  /** Throws NoSuchAgentError, PostBusyError. */
  ask(
    to: Address,
    message: AgentMessage,
    reachable: Reachable,
    ended: () => void = () => undefined,
  ): Answers {
    const answers =
      to.name === "*"
        ? new MergedAnswers(
            this.everybody(message).flatMap((one) => askedQuietly(one, addressedTo(one, message))),
          )
        : this.#reached(to, message, reachable).ask(message);
    return new BoundedAnswers(answers, { answerMs: ANSWER_MS, idleMs: ASKER_IDLE_MS, ended });
  }

  /** `gone`: nobody of that name is here, or it left with the message in hand. Throws the signal's reason. */
  async deliver(
    to: Address,
    message: AgentMessage,
    reachable: Reachable,
    signal: AbortSignal,
  ): Promise<Outcome | "gone"> {
    if (to.name === "*") return await this.#deliverToAll(message, signal);
    const resident = this.#find(to.name, reachable);
    if (resident === undefined) return "gone";
    return await deliveredTo(resident, message, signal);
  }

  #reached(to: Address, message: AgentMessage, reachable: Reachable): Resident {
    const resident = this.#find(to.name, reachable);
    if (resident === undefined) throw new NoSuchAgentError(message.to);
    return resident;
  }

  #find(name: string, reachable: Reachable): Resident | undefined {
    const resident = this.#residents.get(name);
    return resident?.exposed || reachable === "all" ? resident : undefined;
  }

  /** All that are exposed, but the sender. */
  everybody({ from, to }: AgentMessage): Resident[] {
    const [, self] = to.split("@");
    return this.#residents
      .exposed()
      .filter((one) => `${one.name}@${self}` !== from)
      .slice(0, MOST_MERGED);
  }

  /** Delivered where one of them took it; to nobody, it is delivered as well: that is all of them. */
  async #deliverToAll(message: AgentMessage, signal: AbortSignal): Promise<Outcome> {
    const everybody = this.everybody(message);
    const outcomes = await Promise.all(
      everybody.map((one) => deliveredTo(one, addressedTo(one, message), signal)),
    );
    const refused = outcomes.find((outcome) => outcome !== "gone" && outcome.status === "refused");
    const taken = outcomes.some((outcome) => outcome !== "gone" && outcome.status === "delivered");
    return !taken && refused !== undefined && refused !== "gone" ? refused : { status: "delivered" };
  }
}

/** A message to all, as one of them gets it. */
function addressedTo({ name }: Resident, message: AgentMessage): AgentMessage {
  return { ...message, to: message.to.replace("*", name) };
}

/** Who has no room for it is silent. */
function askedQuietly(resident: Resident, message: AgentMessage): Answers[] {
  try {
    return [resident.ask(message)];
  } catch {
    return [];
  }
}

async function deliveredTo(
  resident: Resident,
  message: AgentMessage,
  signal: AbortSignal,
): Promise<Outcome | "gone"> {
  try {
    return await resident.deliver(message, signal);
  } catch (error) {
    signal.throwIfAborted();
    return refusalOf(error);
  }
}
