import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";

/** What a scripted model answers: words, or calls of tools. */
export type ScriptedAnswer =
  | { readonly content: string }
  | { readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[] };

/** One turn. It is taken only when as many tool results came as the turns before it asked for, and `when` likes the last. */
export interface ScriptedTurn {
  readonly when?: (last: string) => boolean;
  readonly answer: ScriptedAnswer | ((last: string) => ScriptedAnswer);
  /** Calls in it; 1 unless it says otherwise. */
  readonly calls?: number;
}

/** A scripted model server on loopback that speaks chat completions, Responses and Messages; whatever has no turn fails. */
export class ScriptedTools implements AsyncDisposable {
  readonly #mock: LLMock;

  private constructor(mock: LLMock) {
    this.#mock = mock;
  }

  static async start(turns: readonly ScriptedTurn[]): Promise<ScriptedTools> {
    const mock = new LLMock({ port: 0, strict: true });
    let expected = 0;
    for (const { when = () => true, answer, calls = 1 } of turns) {
      const results = expected;
      mock.on(
        {
          predicate: (request) => {
            const given = resultsOf(request);
            return given.length === results && when(given.at(-1) ?? "");
          },
        },
        (request) => {
          const made = typeof answer === "function" ? answer(resultsOf(request).at(-1) ?? "") : answer;
          return "content" in made ? { ...made } : { toolCalls: [...made.toolCalls] };
        },
      );
      expected += calls;
    }
    await mock.start();
    return new ScriptedTools(mock);
  }

  get url(): string {
    return this.#mock.url;
  }

  /** What reached the model, request by request, as JSON text. */
  get requests(): string[] {
    return this.#mock.getRequests().map(({ body }) => JSON.stringify(body));
  }

  /** The results of tools in the last request. */
  get results(): string[] {
    const body = this.#mock.getLastRequest()?.body;
    return body === null || body === undefined ? [] : resultsOf(body as ChatCompletionRequest);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#mock.stop();
  }
}

function resultsOf({ messages }: ChatCompletionRequest): string[] {
  return messages
    .filter(({ role }) => role === "tool")
    .map(({ content }) =>
      typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join(""),
    );
}

/** Calls one tool. */
export function callOf(name: string, input: unknown): ScriptedAnswer {
  return { toolCalls: [{ name, arguments: JSON.stringify(input) }] };
}

/** Finds an action, runs the one that is named `addBusinessDays`, and says the date that came of it. */
export const businessDays: readonly ScriptedTurn[] = [
  { answer: callOf("find_action", { need: "adds business days to a date" }) },
  {
    when: (found) => idIn(found) !== undefined,
    answer: (found) => callOf("run_action", { action: idIn(found), input: { date: "2026-01-02", days: 10 } }),
  },
  {
    when: (ran) => JSON.parse(ran).content?.date === "2026-01-16",
    answer: (ran) => ({ content: `It is ${JSON.parse(ran).content.date}.` }),
  },
];

function idIn(found: string): string | undefined {
  const { content } = JSON.parse(found) as { content: { id: string; name: string }[] };
  return content.find(({ name }) => name === "addBusinessDays")?.id;
}
