import { randomUUID } from "node:crypto";
import { isJsonWithin, type Json, limits } from "@action-collective/protocol";
import type { CallOptions } from "../../caller.ts";
import { answering, refusal } from "../../tools/make-tool.ts";
import type { NetworkMemory, OutboundGuard } from "../../tools/outbound-guard.ts";
import type { CollectiveTool } from "../../tools/types.ts";
import { type AnswerBounds, marked } from "../../tools/untrusted.ts";
import { RemoteFailureError } from "../errors.ts";
import { METHOD_TIMEOUT_MS } from "../limits.ts";
import { makeMessage } from "../message.ts";
import { findPlace } from "../place-of.ts";
import type { ActionHelp, Failure, Message, Node, Receiving } from "../types.ts";
import { contentOf, functionsOfHelp } from "./functions.ts";
import { modelAgentLimits } from "./limits.ts";
import { reachedIn, speakerOf } from "./reach.ts";

export interface OwnContext {
  readonly bounds: AnswerBounds;
  readonly guard: OutboundGuard;
  readonly memory: NetworkMemory;
  /** Goes with every call. */
  readonly metadata: () => Readonly<Record<string, Json>>;
}

/**
 * Actions of an agent as tools of its own model. Each call is a message to itself: access, checks, before, after and the audit
 * trail count for it as for anybody's, and so do its privileges (`talkTo`).
 */
export function ownTools(
  agent: Node,
  help: readonly ActionHelp[],
  taken: readonly string[],
  context: OwnContext,
): CollectiveTool[] {
  const { bounds, guard } = context;
  const functions = functionsOfHelp(help, taken);
  return help.flatMap((action, index) => {
    const made = functions[index];
    if (made === undefined) return [];
    const { name, description, parameters } = made;
    return [
      {
        name,
        title: action.name,
        description,
        input: parameters,
        effects: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
        execute: async (written, options = {}) => {
          if (!isJsonWithin(written, limits.jsonDepth))
            return refusal("bad-arguments", "The arguments must be JSON.", "Mend them and call it again.");
          return await answering(name, bounds, options, async () => {
            // What it does nobody knows here: it may well send out what strangers put into the model's head.
            await guard.pass({ ref: name, id: name, what: `${action.name} of this agent would be called` });
            return marked(`your own ${action.name}`, await callOwn(agent, action, written, context, options));
          });
        },
      },
    ];
  });
}

async function callOwn(
  agent: Node,
  { name, ...action }: ActionHelp,
  written: Json,
  { memory, metadata }: OwnContext,
  { signal }: CallOptions,
): Promise<Json> {
  const contents: Json[] = [];
  const content = contentOf({ name, ...action }, written);
  for await (const answer of answersOf(agent, name, content, metadata(), signal)) {
    memory.saw(reachedIn(answer, speakerOf(answer, findPlace(agent))));
    contents.push(answer.content);
    if (contents.length >= modelAgentLimits.answers) break;
  }
  return contents.length === 1 ? (contents[0] ?? null) : contents;
}

async function* answersOf(
  agent: Node,
  intent: string,
  content: Json,
  metadata: Readonly<Record<string, Json>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Message> {
  const place = findPlace(agent);
  if (place !== undefined) {
    yield* place.stream(place.id, intent, content, { signal, timeoutMs: METHOD_TIMEOUT_MS, metadata });
    return;
  }
  const own = { id: randomUUID(), from: agent.id, to: agent.id, timestamp: Date.now() };
  const message = makeMessage({ ...own, intent, content, metadata });
  const receiving: Receiving | undefined = signal === undefined ? undefined : { signal };
  for await (const answer of agent.receive(message, receiving)) {
    if (answer.intent === "error") throw new RemoteFailureError(answer.content as Failure, answer);
    yield answer;
  }
}
