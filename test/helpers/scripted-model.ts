import {
  type ChatCompletionRequest,
  type FixtureOpts,
  type FixtureResponse,
  LLMock,
} from "@copilotkit/aimock";
import type { Json } from "action-collective";
import OpenAI from "openai";

/** What a request looked like to the server that answers it. */
export interface Heard {
  /** Names of the functions that the model may call. */
  readonly offers: readonly string[];
  /** The function that it must call; "nothing" where none is forced. */
  readonly forced: string;
  /** The messages after the model's last one: answers of functions, or what the user said. */
  readonly last: readonly { readonly role: string; readonly text: string }[];
  readonly request: ChatCompletionRequest;
}

/** One turn of a scripted model: it answers only a request that is as the script expects it. */
export interface ScriptStep {
  readonly offers?: readonly string[];
  readonly forced?: string;
  /** All of these must stand in the last messages: how a turn is gated on what really happened. */
  readonly told?: readonly (string | RegExp)[];
  readonly says: FixtureResponse | ((heard: Heard) => FixtureResponse | Promise<FixtureResponse>);
  /** How it is sent: in how many pieces, where it breaks off. */
  readonly sent?: FixtureOpts;
}

/** A script that is being played; `model` is the name to ask for. */
export interface Script {
  readonly model: string;
  /** What was asked, byte for byte as it left the client. */
  readonly bodies: string[];
  /** The same promise; where it is rejected because the script was left, the error says where. */
  during<Value>(playing: Promise<Value>): Promise<Value>;
  /** Throws unless every turn was asked for, in order, and nothing else was. */
  finish(): void;
}

let scripts = 0;

/**
 * A loopback server that speaks OpenAI's interfaces and says what scripts tell it to. It is strict: a request that is not as
 * the script expects gets an error, and `finish` says what was different.
 */
export class ScriptedModel implements AsyncDisposable {
  readonly #server: LLMock;
  readonly #bodies = new Map<string, string[]>();

  private constructor(server: LLMock) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedModel> {
    const server = new LLMock({ port: 0, strict: true, logLevel: "silent", host: "127.0.0.1" });
    await server.start();
    return new ScriptedModel(server);
  }

  get url(): string {
    return `${this.#server.url}/v1`;
  }

  /** A client without retries, so that one miss is one error. */
  openai(options: { readonly maxRetries?: number } = {}): OpenAI {
    return new OpenAI({
      apiKey: "scripted",
      baseURL: this.url,
      maxRetries: 0,
      ...options,
      fetch: (url, init) => {
        if (typeof init?.body === "string") {
          const { model } = JSON.parse(init.body) as { model: string };
          this.#bodies.get(model)?.push(init.body);
        }
        return fetch(url, init);
      },
    });
  }

  script(steps: readonly ScriptStep[]): Script {
    scripts += 1;
    const model = `scripted-${scripts}`;
    const bodies: string[] = [];
    this.#bodies.set(model, bodies);
    const differences: string[] = [];
    let played = 0;
    for (const [index, step] of steps.entries())
      this.#server.on(
        {
          predicate: (request) => {
            if (request.model !== model || played !== index) return false;
            const difference = differenceOf(step, hear(request));
            if (difference !== undefined) differences.push(`turn ${index + 1}: ${difference}`);
            return difference === undefined;
          },
        },
        (request) => {
          played += 1;
          return typeof step.says === "function" ? step.says(hear(request)) : step.says;
        },
        step.sent,
      );
    const check = () => {
      if (differences.length > 0) throw new Error(`The script was left:\n${differences.join("\n")}`);
    };
    return {
      model,
      bodies,
      during: (playing) =>
        playing.catch((error: unknown) => {
          check();
          if (played < bodies.length)
            throw new Error(`after turn ${played} of ${steps.length}`, { cause: error });
          throw error;
        }),
      finish: () => {
        check();
        if (played !== steps.length) throw new Error(`${played} of ${steps.length} turns were asked for`);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
  }
}

/** The model says this. */
export function text(content: string, usage?: { input: number; output: number }): FixtureResponse {
  return { content, ...usageOf(usage) };
}

/** The model calls these functions, with whole arguments, or with the very text given. */
export function calls(
  ...made: readonly (readonly [name: string, given: { readonly [key: string]: Json } | string])[]
): FixtureResponse {
  return {
    toolCalls: made.map(([name, given]) => ({
      name,
      arguments: typeof given === "string" ? given : JSON.stringify(given),
    })),
  };
}

/** The model uses the action whose short name it was told last. */
export function useLast(input: { readonly [key: string]: Json }): (heard: Heard) => FixtureResponse {
  return ({ last }) => {
    const [, action = "none"] = /"action":"(a\d+)"/.exec(last.at(-1)?.text ?? "") ?? [];
    return calls(["use_action", { action, input }]);
  };
}

function usageOf(usage: { input: number; output: number } | undefined): object {
  if (usage === undefined) return {};
  const { input, output } = usage;
  return { usage: { prompt_tokens: input, completion_tokens: output } };
}

function hear(request: ChatCompletionRequest): Heard {
  const { messages, tools = [], tool_choice: choice } = request;
  const spoke = messages.findLastIndex(({ role }) => role === "assistant");
  const forced = typeof choice === "object" ? (choice as { function?: { name: string }; name?: string }) : {};
  return {
    offers: tools.map((tool) => tool.function.name),
    forced: forced.function?.name ?? forced.name ?? "nothing",
    last: messages.slice(spoke + 1).map(({ role, content }) => ({
      role,
      text: typeof content === "string" ? content : JSON.stringify(content),
    })),
    request,
  };
}

function differenceOf({ offers, forced, told = [] }: ScriptStep, heard: Heard): string | undefined {
  if (offers !== undefined && offers.join() !== heard.offers.join())
    return `it offers ${heard.offers.join()}, not ${offers.join()}`;
  if (forced !== undefined && forced !== heard.forced) return `it forces ${heard.forced}, not ${forced}`;
  const last = heard.last.map((message) => message.text).join("\n");
  const missing = told.find((wanted) =>
    typeof wanted === "string" ? !last.includes(wanted) : !wanted.test(last),
  );
  return missing === undefined ? undefined : `${String(missing)} is not in what it was told:\n${last}`;
}
