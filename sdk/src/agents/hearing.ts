import { deadline } from "../deadline.ts";
import type { Answerer } from "./exchange.ts";
import type { Board } from "./hierarchy/board.ts";
import type { Caller, Decision, Hearing, Message, Node } from "./types.ts";

const hearings = new WeakMap<Hearing, { readonly node: Node; readonly message: Message }>();

/** Makes a hearing count for this node and this message. */
export function genuine(hearing: Hearing, node: Node, message: Message): Hearing {
  hearings.set(hearing, { node, message });
  return hearing;
}

/** Whether a space delivers this very message to this very node now: nobody else can call a hearing. */
export function isGenuine(hearing: Hearing | undefined, node: Node, message: Message): hearing is Hearing {
  const known = hearing === undefined ? undefined : hearings.get(hearing);
  return known !== undefined && known.node === node && known.message === message;
}

/** What a space knows of one message, and what it was told of the decision about it. */
export class LocalHearing implements Hearing {
  readonly caller: Caller;
  overruled?: NonNullable<Hearing["overruled"]>;
  readonly question: Hearing["question"];
  decision: Decision = "permitted";
  by = "node";

  constructor(board: Board, caller: Caller, message: Message, to: string) {
    this.caller = caller;
    // A ruling is about whom it reaches, which a broadcast or a passed message does not name.
    const overruled = board.overrules({ ...message, to });
    if (overruled !== undefined) this.overruled = overruled;
    this.question = () => board.question(message, caller);
  }

  decided(decision: Decision, by: string): void {
    this.decision = decision;
    this.by = by;
  }
}

/** A node behind the board's rulings: what those forbid does not reach it. */
export function judged(node: Answerer, hearing: LocalHearing): Answerer {
  const { overruled } = hearing;
  if (overruled?.access !== "denied" && overruled?.access !== "board") return node;
  return {
    async *receive(message, receiving) {
      if (!(await boardPermits(hearing, receiving.signal))) {
        yield refusal(message, overruled.by);
        return;
      }
      // What the board let through is permitted, whatever the node's own policy says.
      hearing.overruled = { ...overruled, access: "permitted" };
      yield* node.receive(message, receiving);
    },
  };
}

/** Whether the board's ruling lets a message through; where only the board may say so, it is asked. */
export async function boardPermits(hearing: LocalHearing, signal: AbortSignal): Promise<boolean> {
  const { access, by } = hearing.overruled ?? {};
  if (by === undefined || (access !== "denied" && access !== "board")) return true;
  if (access === "denied") {
    hearing.decided("overridden", by);
    return false;
  }
  using time = deadline(undefined, signal, () => new Error("Nobody waits for it any more"));
  using question = hearing.question();
  const yes = await time.race(question.decided).catch(() => false);
  hearing.decided("overridden", by);
  return yes;
}

/** Made a message where it is accepted. */
function refusal({ intent }: Message, by: string): Pick<Message, "intent" | "content"> {
  const message = `The board does not allow "${intent}" (${by})`;
  return { intent: "error", content: { code: "access-denied", message, action: intent } };
}
