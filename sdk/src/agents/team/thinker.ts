import type { Json } from "@action-collective/protocol";
import { ModelAgent } from "../model/model-agent.ts";
import type { ActionContext, ActionSpecs, Message, Receiving } from "../types.ts";
import { CHANNEL_ROLE, isPass, type TurnIntent, turnAnswer, turnQuestion } from "./taking-turns.ts";

/** A member of groups that thinks with a model: it may keep silent, and a group goes on for as long as somebody answers. */
export class GroupMember extends ModelAgent {
  override async *receive(message: Message, receiving?: Receiving): AsyncGenerator<Message, void, void> {
    for await (const answer of super.receive(message, receiving))
      if (answer.intent !== "chat" || !isPass(answer.content)) yield answer;
  }
}

const FOR_CHANNELS = { access: "denied", rules: [{ roles: [CHANNEL_ROLE], access: "permitted" }] } as const;

/** One that is in a channel where hands are raised. */
export class TurnTaker extends GroupMember {
  static override readonly actions: ActionSpecs = {
    hand: { ...FOR_CHANNELS, description: "Whether it wants to speak about what was said" },
    floor: { ...FOR_CHANNELS, description: "Who of those whose hands are up is to speak" },
  };

  hand(content: Json, context: ActionContext): Promise<Json | undefined> {
    return this.#decide("hand", content, context);
  }

  floor(content: Json, context: ActionContext): Promise<Json | undefined> {
    return this.#decide("floor", content, context);
  }

  async #decide(intent: TurnIntent, content: Json, context: ActionContext): Promise<Json | undefined> {
    const said = await this.think(turnQuestion(intent, content), context);
    return turnAnswer(intent, content, typeof said === "string" ? said : String(said.content));
  }
}
