import {
  CollectiveError,
  cleanText,
  type Json,
  type JsonObject,
  type PinnedTool,
} from "@action-collective/protocol";
import type { CallOptions } from "../../caller.ts";
import type { ActionClient } from "../../client.ts";
import { actionTools } from "../../tools/action-tools.ts";
import type { ToolClient, ToolContext } from "../../tools/context.ts";
import { makeTool } from "../../tools/make-tool.ts";
import { AFTER_RUNNING } from "../../tools/outbound-guard.ts";
import { toolName } from "../../tools/tool-names.ts";
import type { CollectiveTool } from "../../tools/types.ts";
import { errorForModel, type Marked, marked, needsOf, untrusted } from "../../tools/untrusted.ts";
import type { Place } from "../types.ts";
import { MAKE_TOOL, type MendedTool, REPORT_FAILURE, readNews } from "./contract.ts";
import { makerLimits } from "./limits.ts";

export const NEED_TOOL = "need_tool";

/** Failures that say that a tool is broken, and not that it was called wrongly. */
const REPORTED = new Set([...AFTER_RUNNING, "verification-failed"]);

/** A tool: the action in force, under a name that stays, and what it was asked for. */
type Offered = { readonly need: string } & Pick<
  PinnedTool,
  "id" | "tool" | "name" | "summary" | "input" | "output" | "permissions" | "standing"
>;

/** What the tools of one message work with. */
export interface HoldingContext extends ToolContext {
  readonly client: ActionClient;
  readonly place: Place;
  /** Names of the agent's other tools. */
  readonly taken: readonly string[];
  /** Goes with every message to the maker. */
  readonly metadata: () => Readonly<Record<string, Json>>;
  /** Longest that the maker may take, in milliseconds. */
  readonly timeoutMs: number;
}

const fields = {
  need: {
    kind: "text",
    most: makerLimits.need,
    description:
      'Completes the sentence "I lack a function that …": what it must do, in general; kinds of values, and not the values themselves.',
  },
  example: {
    kind: "object",
    optional: true,
    description: 'One made-up example: { "input": …, "output": … }.',
  },
} as const;

/**
 * The tools that an agent got from its maker. Their names stay, whatever version is behind them: a failing one is reported,
 * and what the maker puts in its place is called from then on, by this agent and no later than the next turn of its model.
 */
export class HeldTools {
  readonly #maker: string;
  readonly #offered = new Map<string, Offered>();

  /** @param maker its name in the agent's space */
  constructor(maker: string) {
    this.#maker = maker;
  }

  /** All of them as they are now, after the one that asks for more. */
  async tools(context: HoldingContext): Promise<CollectiveTool[]> {
    this.#makeWay(context.taken);
    const held = await Promise.all(
      [...this.#offered.values()].map((offered) => this.#tool(context, offered)),
    );
    return [this.#needTool(context), ...held.flat()];
  }

  /**
   * News of a tool. Only its maker's count.
   * @param taken names of the agent's other tools
   */
  async heard(
    from: string,
    content: Json,
    client: ActionClient,
    { taken, signal }: { readonly taken: readonly string[]; readonly signal: AbortSignal },
  ): Promise<void> {
    const news = from === this.#maker ? readNews(content) : undefined;
    if (news === undefined) return;
    const { id, need, replaces } = news;
    if (replaces === undefined) await this.#hold(client, id, { need, taken }, signal);
    else await this.#replace(client, replaces, id, signal);
  }

  /** Where news of a tool came, nobody knew the names of all others: what the user or the program named keeps its name. */
  #makeWay(taken: readonly string[]): void {
    const theirs = new Set(taken.map((name) => name.toLowerCase()));
    for (const [name, offered] of [...this.#offered]) {
      if (!theirs.has(name.toLowerCase())) continue;
      const tool = toolName(name, [...taken, ...this.#offered.keys()]);
      this.#offered.delete(name);
      this.#offered.set(tool, { ...offered, tool });
    }
  }

  #needTool(context: HoldingContext): CollectiveTool {
    return makeTool(
      {
        name: NEED_TOOL,
        title: "Ask for a function",
        description:
          "I lack a function that …: asks the maker of tools for a function that none of yours does, and that must compute, convert, parse or check something exactly. It takes a while. What you get is one of your functions from then on.",
        effects: { readOnly: false, destructive: false, idempotent: true, openWorld: true },
        fields,
        run: ({ need, example }, options) => this.#ask(context, need, example, options),
      },
      context.bounds,
    );
  }

  async #ask(
    context: HoldingContext,
    need: string,
    example: JsonObject | undefined,
    { signal }: CallOptions,
  ): Promise<Marked | JsonObject> {
    const { place, client, timeoutMs, metadata } = context;
    const shown =
      example?.input === undefined ? {} : { example: { input: example.input, ...outputOf(example) } };
    const options = { signal, timeoutMs, metadata: metadata() };
    try {
      const { id, how } = await place.request(this.#maker, MAKE_TOOL, { need, ...shown }, options);
      const { tool, name, summary, permissions } = await this.#hold(
        client,
        id,
        { need, taken: context.taken },
        signal,
      );
      return marked(
        `the publisher of ${name}`,
        { summary, needs: needsOf(permissions) },
        { how, call: tool },
      );
    } catch (error) {
      signal?.throwIfAborted();
      return failureOfMaker(
        error,
        "Do it otherwise, ask for it in other words, or say that it could not be done.",
      );
    }
  }

  async #tool(context: HoldingContext, offered: Offered): Promise<CollectiveTool[]> {
    const tools = await actionTools(context, { pinned: [offered], refs: [] });
    return tools.map((tool) => ({
      ...tool,
      execute: async (written, options = {}) => {
        // Another version may have come since the model was shown this one.
        const current = this.#offered.get(offered.tool) ?? offered;
        const seen: { failed?: FailedRun } = {};
        const client = watching(context.client, (failed) => {
          seen.failed = failed;
        });
        const [running = tool] = await actionTools({ ...context, client }, { pinned: [current], refs: [] });
        const answer = await running.execute(written, options);
        if (seen.failed === undefined) return answer;
        const said = await this.#report(context, current, seen.failed, options);
        return { failed: true, text: untrusted(said, context.bounds) };
      },
    }));
  }

  async #report(
    { place, client, timeoutMs, metadata }: HoldingContext,
    { id, name, need }: Offered,
    { input, error }: FailedRun,
    { signal }: CallOptions,
  ): Promise<Marked> {
    const failed = errorForModel(`action ${name}`, error);
    const told = (remedy: string, more: JsonObject = {}): Marked => ({
      ...failed,
      remedy,
      content: { ...(failed.content as JsonObject), ...more },
    });
    const message = cleanText(error.message, makerLimits.message);
    const report = { id, need, input: reportable(input), code: error.code, message };
    let mended: MendedTool;
    try {
      const options = { signal, timeoutMs, metadata: metadata() };
      mended = await place.request(this.#maker, REPORT_FAILURE, report, options);
      if (mended.how !== "kept") await this.#replace(client, id, mended.id, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof CollectiveError)) throw thrown;
      return told("Its maker could not mend it: do it otherwise, or say that it could not be done.");
    }
    return mended.how === "kept"
      ? told("Its maker says that the input is at fault: call it with another one.", {
          suitable: mended.input,
        })
      : told("Its maker has mended it: call it again.");
  }

  /** The old id is not called again. */
  async #replace(
    client: ActionClient,
    old: string,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const before = [...this.#offered.values()].find((offered) => offered.id === old);
    // It has the new one already, or dropped the old one.
    if (before === undefined) return;
    await this.#hold(client, id, { need: before.need, as: before.tool }, signal);
  }

  async #hold(
    client: ActionClient,
    id: string,
    { need, ...naming }: Naming,
    signal: AbortSignal | undefined,
  ): Promise<Offered> {
    const { name, description, input, output, permissions, standing } = await client.show(id, { signal });
    const same = [...this.#offered.values()].find((offered) => offered.id === id);
    const tool =
      "as" in naming
        ? naming.as
        : (same?.tool ?? toolName(name, [NEED_TOOL, ...naming.taken, ...this.#offered.keys()]));
    const offered = { need, id, tool, name, summary: description, input, output, permissions, standing };
    this.#offered.set(tool, offered);
    const [oldest] = this.#offered.keys();
    if (this.#offered.size > makerLimits.held && oldest !== undefined) this.#offered.delete(oldest);
    return offered;
  }
}

/** What a tool is for, and the name of the one whose place it takes, or the names that others have. */
type Naming = { readonly need: string } & ({ readonly as: string } | { readonly taken: readonly string[] });

/** A run that failed in a way that its maker can do something about. */
interface FailedRun {
  readonly input: Json;
  readonly error: CollectiveError;
}

/** The client, and whoever is to be told of runs that failed so. */
function watching(client: ActionClient, heard: (failed: FailedRun) => void): ToolClient {
  return {
    find: (...given) => client.find(...given),
    show: (...given) => client.show(...given),
    feedback: (...given) => client.feedback(...given),
    prove: (...given) => client.prove(...given),
    publish: (...given) => client.publish(...given),
    pinned: (...given) => client.pinned(...given),
    run: async (ref, input, options) => {
      try {
        return await client.run(ref, input, options);
      } catch (error) {
        if (error instanceof CollectiveError && REPORTED.has(error.code)) heard({ input, error });
        throw error;
      }
    },
  };
}

/** A message carries so much: of a longer input the maker gets the beginning, as a text. */
function reportable(input: Json): Json {
  const json = JSON.stringify(input);
  return json.length <= makerLimits.sample ? input : json.slice(0, makerLimits.sample).toWellFormed();
}

/** Its words are another agent's. */
function failureOfMaker(error: unknown, remedy: string): Marked {
  if (!(error instanceof CollectiveError)) throw error;
  const { code, message } = error;
  return marked("the maker of tools", { code, message }, { failed: "not-made", remedy });
}

function outputOf({ output }: JsonObject): { readonly output?: Json } {
  return output === undefined ? {} : { output };
}
