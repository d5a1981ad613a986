import type { Approve, Publishing, TaskOptions } from "../../execute/types.ts";
import type { OpenAIModelOptions } from "../../model/types.ts";
import type { SearchFilters } from "../../search-options.ts";
import { Agent } from "../agent.ts";
import type { Experience } from "../hierarchy/experience.ts";
import { type ClientOption, checkClient, clientFor } from "../model/client-for.ts";
import { checkInstructions, fillInstructions, placeValues } from "../model/instructions.ts";
import { meterOf } from "../model/metering.ts";
import { REACHED } from "../model/reach.ts";
import type { AccessRule, ActionContext, ActionSpecs } from "../types.ts";
import {
  type FailureReport,
  failureSchema,
  type MadeTool,
  type MendedTool,
  needSchema,
  type ToolNeed,
  type ToolNews,
} from "./contract.ts";
import { HandedOut } from "./handed-out.ts";
import { makerLimits } from "./limits.ts";
import { type Making, meetNeed } from "./making.ts";
import { OneAtATime } from "./one-at-a-time.ts";

export interface ToolMakerOptions extends OpenAIModelOptions {
  /** The peer whose collective it searches and makes actions in; see `ModelAgentOptions.client`. */
  readonly client: ClientOption;
  /** Learns what it made, for its successor; `client` says how to connect then. */
  readonly experience?: Experience | undefined;
  /** A template, as for `ModelAgentOptions.instructions`: what its tools are to be like. */
  readonly instructions?: string | undefined;
  /** What further names in it stand for. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /** Whether what it makes is published: after asking (`approve`), without asking, or not at all; `ask` by default. */
  readonly publish?: Publishing | undefined;
  readonly approve?: Approve | undefined;
  /** Whether it may make actions where none is found; true by default, where its privileges let it. */
  readonly generate?: boolean | undefined;
  /** What actions that it finds must be. */
  readonly filters?: SearchFilters | undefined;
  /** Tell every agent of its space of each tool: those whose maker it is have it from then on. Not unless said. */
  readonly announce?: boolean | undefined;
  /** Licence of what it makes, by its SPDX name; MIT by default. */
  readonly licence?: string | undefined;
  /** Drafts of one action that are tried; 4 by default. */
  readonly tries?: number | undefined;
  /** Turns of the model for one tool; 12 by default. */
  readonly maxSteps?: number | undefined;
  /** Times that one tool is mended; 3 by default. */
  readonly mends?: number | undefined;
}

/** Its work costs the user's tokens and is published under the user's key: agents of other peers cannot ask for it. */
const OWN_SPACE: readonly AccessRule[] = [{ from: ["*"], access: "permitted" }];

/**
 * Gives other agents the functions that they lack: actions of the collective that are there already, or that it writes and
 * proves. What fails in use comes back to it: it makes another version, and tells everybody who has the old one.
 */
export class ToolMaker extends Agent {
  static override readonly actions = {
    makeTool: {
      name: "make_tool",
      description: "Finds a function that you lack, as an action of the collective, or makes one",
      input: needSchema,
      access: "denied",
      rules: OWN_SPACE,
    },
    reportFailure: {
      name: "report_failure",
      description: "Mends a tool that you got here and that failed, or says that its input was at fault",
      input: failureSchema,
      access: "denied",
      rules: OWN_SPACE,
    },
  } satisfies ActionSpecs;

  readonly #options: ToolMakerOptions;
  readonly #handedOut: HandedOut;
  readonly #turns = new OneAtATime({ most: makerLimits.waiting, mostOfOne: makerLimits.waitingOfOne });

  /** @throws {UnknownPlaceholderError} */
  constructor(id: string | undefined, options: ToolMakerOptions) {
    super(id);
    checkInstructions(options);
    checkClient(options);
    this.#options = options;
    this.#handedOut = new HandedOut(options.mends ?? makerLimits.mends);
  }

  /** Finds or makes what somebody lacks. @throws {ToolNotMadeError | MakerBusyError} */
  makeTool(needed: ToolNeed, context: ActionContext): Promise<MadeTool> {
    const user = context.caller.address;
    return this.#turns.run(user, context.signal, async () => {
      const making = await this.#meet(needed, context);
      const { id, name } = making.action;
      this.#handedOut.give(id, needed.need, user);
      this.#tell([], { kind: "tool", id, name, need: needed.need });
      const how = making.how === "made" ? "made" : "found";
      return { id, name, how, published: making.how !== "kept" && making.published };
    });
  }

  /** Mends what failed. @throws {UnknownToolError | ToolGivenUpError | ToolNotMadeError | MakerBusyError} */
  reportFailure(report: FailureReport, context: ActionContext): Promise<MendedTool> {
    const user = context.caller.address;
    return this.#turns.run(user, context.signal, async () => {
      const { line, need } = this.#handedOut.of(report, user);
      // Somebody else reported it before: there is another version already.
      if (line.id !== report.id) return await this.#current(line.id, report.id);
      this.#handedOut.beginMend(line);
      const making = await this.#meet({ need }, context, report);
      const { id, name } = making.action;
      if (making.how === "kept") return { id, name, how: "kept", input: making.input };
      const others = this.#handedOut.replaced(line, id, user);
      this.#tell(others, { kind: "tool", id, name, need, replaces: report.id });
      return { id, name, how: making.how, published: making.published, replaces: report.id };
    });
  }

  #tell(users: readonly string[], news: ToolNews): void {
    for (const user of this.#options.announce === true ? ["*"] : users) this.place.send(user, "inform", news);
  }

  async #current(id: string, replaces: string): Promise<MendedTool> {
    const { name, publishers } = await clientFor(this.#options, this.place).show(id);
    return { id, name, how: "made", published: publishers.length > 0, replaces };
  }

  async #meet(
    needed: ToolNeed,
    { message, signal }: ActionContext,
    failing?: FailureReport,
  ): Promise<Making> {
    const { place } = this;
    const { instructions = "", values, publish = "ask", generate = true, ...options } = this.#options;
    const { tokens } = place.left();
    const task: Omit<TaskOptions, "chatHistory"> = {
      ...options,
      maxSteps: options.maxSteps ?? makerLimits.steps,
      publish: this.#publishing(publish, message.metadata?.[REACHED] !== undefined),
      generate: generate && place.privileges.make,
      signal,
      ...(tokens === undefined ? {} : { budget: { tokens } }),
    };
    return await meetNeed(
      {
        client: clientFor(this.#options, place),
        task,
        instructions: fillInstructions(instructions, { ...values, ...placeValues(this.id, place) }),
        meter: meterOf(place),
      },
      needed,
      failing,
    );
  }

  /** Words that may come from the network are published by nobody's leave but the user's. */
  #publishing(wanted: Publishing, reached: boolean): Publishing {
    if (!this.place.privileges.publish) return "never";
    return wanted === "always" && reached ? "ask" : wanted;
  }
}
