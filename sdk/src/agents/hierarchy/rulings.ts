import { agentMessageSchema, firstIssue, mayTalkTo, privilegesSchema } from "@action-collective/protocol";
import type { Access, Message } from "../types.ts";
import { InvalidRulingError, RulingsFullError } from "./board-errors.ts";
import { freezeDeep } from "./freeze.ts";
import type { Overruled } from "./oversight.ts";

/** Standing rulings of one board: each is looked at for every message. */
export const MOST_RULINGS = 256;

/** What the board has decided for all messages that fit; it goes before the receiver's own access policy. */
export interface Ruling {
  /** Addresses (`name`, `name@PeerId`, `*@PeerId`, `*` for everybody of this space); left out: all. */
  readonly from?: readonly string[] | undefined;
  readonly to?: readonly string[] | undefined;
  readonly intent?: string | undefined;
  /** `requested`: the receiver is asked even where its own policy would decide. `board`: nobody but the board is. */
  readonly access: Access | "board";
}

export interface StandingRuling extends Ruling {
  readonly id: string;
}

const ACCESSES: readonly unknown[] = ["permitted", "denied", "requested", "board"];
const MEMBERS = new Set(["from", "to", "intent", "access"]);

/** The board's standing rulings. Of those that fit a message, the latest is in force: the board's last word. */
export class Rulings {
  readonly #rulings = new Map<string, StandingRuling>();
  #made = 0;

  /** @throws {InvalidRulingError | RulingsFullError} */
  add(given: Ruling): string {
    if (this.#rulings.size >= MOST_RULINGS) throw new RulingsFullError(MOST_RULINGS);
    const ruling = checked(given);
    this.#made += 1;
    const id = `ruling-${this.#made}`;
    this.#rulings.set(id, freezeDeep({ ...ruling, id }));
    return id;
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#rulings.delete(id);
  }

  /** The oldest first. */
  list(): readonly StandingRuling[] {
    return [...this.#rulings.values()];
  }

  overrules(message: Message): Overruled | undefined {
    const ruling = this.list().findLast((each) => fits(each, message));
    return ruling && { access: ruling.access, by: `board ${ruling.id}` };
  }
}

/** A copy. A misspelt member would make a ruling that fits everything, so there may be no others. */
function checked(given: Ruling): Ruling {
  const other = Object.keys(given).find((name) => !MEMBERS.has(name));
  if (other !== undefined) throw new InvalidRulingError(`it has no ${JSON.stringify(other)}`);
  const { from, to, intent, access } = structuredClone(given);
  if (!ACCESSES.includes(access)) throw new InvalidRulingError(`access is one of ${ACCESSES.join(", ")}`);
  if (intent !== undefined) {
    const { error } = agentMessageSchema.shape.intent.safeParse(intent);
    if (error) throw new InvalidRulingError(`intent: ${firstIssue(error)}`);
  }
  for (const [name, addresses] of Object.entries({ from, to })) {
    if (addresses === undefined) continue;
    const { error } = privilegesSchema.shape.talkTo.safeParse(addresses);
    if (error || !Array.isArray(addresses)) throw new InvalidRulingError(`${name} is a list of addresses`);
  }
  return { from, to, intent, access };
}

function fits({ from, to, intent }: Ruling, message: Message): boolean {
  return (
    (intent === undefined || intent === message.intent) &&
    (from === undefined || covers(from, message.from)) &&
    (to === undefined || covers(to, message.to))
  );
}

const covers = (addresses: readonly string[], address: string) =>
  mayTalkTo({ talkTo: [...addresses] }, address);
