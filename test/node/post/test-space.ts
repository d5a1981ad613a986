import type { AgentFrame, AgentMessage, Json, MessageReceipt } from "@action-collective/protocol";

type Exchange = (
  frames: readonly AgentFrame[],
  waitMs: number,
  signal: AbortSignal,
) => Promise<readonly AgentFrame[]>;
type Frame<K extends AgentFrame["kind"]> = Extract<AgentFrame, { kind: K }>;

/** What an agent of a test does with a message: its answers, lazily. */
export type Behaviour = (message: AgentMessage) => Iterable<Json> | AsyncIterable<Json>;

interface Asked {
  resolve(frame: Frame<"answer"> | Frame<"end"> | Frame<"fail">): void;
}

/** A space as small as can be, which speaks frames as the contract says, and nothing else. */
export class TestSpace implements AsyncDisposable {
  readonly #exchange: Exchange;
  readonly #controller = new AbortController();
  readonly #agents = new Map<string, Behaviour>();
  readonly #waiting: AgentFrame[] = [];
  readonly #joining = new Map<string, (frame: Frame<"joined"> | Frame<"refused">) => void>();
  readonly #asked = new Map<string, Asked>();
  readonly #receipts = new Map<string, (receipt: MessageReceipt) => void>();
  readonly #producing = new Map<string, AsyncIterator<Json> | Iterator<Json>>();
  readonly #open = new Map<string, AgentMessage>();
  #done: Promise<void>;
  #count = 0;
  /** One-way messages that came. */
  readonly inbox: AgentMessage[] = [];
  /** Every receipt, also those that came late. */
  readonly receipts: MessageReceipt[] = [];
  /** Exchanges with this space whose other side gave up. */
  cancelled = 0;
  /** Exchanges of this space that failed. */
  readonly failures: Frame<"fail">[] = [];
  /** Messages that asked for answers. */
  questions = 0;
  /** Says what becomes of a one-way message; nothing is said where it is undefined. */
  receive: (message: AgentMessage) => MessageReceipt["status"] | undefined = () => "delivered";

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#done = this.#loop();
  }

  async join(
    agent: string,
    behaviour: Behaviour = () => [],
    { expose = false, capability }: { readonly expose?: boolean; readonly capability?: string } = {},
  ): Promise<Frame<"joined"> | Frame<"refused">> {
    this.#agents.set(agent, behaviour);
    const answered = new Promise<Frame<"joined"> | Frame<"refused">>((resolve) =>
      this.#joining.set(agent, resolve),
    );
    await this.push({ kind: "join", agent, expose, ...(capability === undefined ? {} : { capability }) });
    return await answered;
  }

  async leave(agent: string): Promise<void> {
    await this.push({ kind: "leave", agent });
  }

  async send(from: string, to: string, intent: string, content: Json, id?: string): Promise<MessageReceipt> {
    const exchange = this.#name();
    const receipt = new Promise<MessageReceipt>((resolve) => this.#receipts.set(exchange, resolve));
    await this.push({
      kind: "letter",
      exchange,
      ask: false,
      message: this.message(from, to, intent, content, id),
    });
    return await receipt;
  }

  /** Answers as they are asked for; a failure is thrown as an Error with its code. */
  async *ask(
    from: string,
    to: string,
    intent: string,
    content: Json,
    id?: string,
  ): AsyncGenerator<AgentMessage, undefined> {
    const exchange = this.#name();
    await this.push({
      kind: "letter",
      exchange,
      ask: true,
      message: this.message(from, to, intent, content, id),
    });
    let over = false;
    try {
      for (;;) {
        const came = new Promise<Frame<"answer"> | Frame<"end"> | Frame<"fail">>((resolve) =>
          this.#asked.set(exchange, { resolve }),
        );
        await this.push({ kind: "next", exchange });
        // It may have failed before anything was asked for.
        const failed = this.failures.find((failure) => failure.exchange === exchange);
        const frame = failed ?? (await came);
        over = frame.kind !== "answer";
        if (frame.kind === "end") return;
        if (frame.kind === "fail") throw new Error(frame.code, { cause: frame.message });
        yield frame.message;
      }
    } finally {
      if (!over) await this.push({ kind: "cancel", exchange });
    }
  }

  async all(from: string, to: string, intent: string, content: Json = null): Promise<Json[]> {
    const answers: Json[] = [];
    for await (const { content: answer } of this.ask(from, to, intent, content)) answers.push(answer);
    return answers;
  }

  message(from: string, to: string, intent: string, content: Json, id?: string): AgentMessage {
    return { id: id ?? crypto.randomUUID(), from, to, intent, content, timestamp: Date.now() };
  }

  /** Hands over frames now, whatever they are. */
  async push(...frames: AgentFrame[]): Promise<void> {
    await this.#take(await this.#exchange(frames, 0, this.#controller.signal));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#done;
  }

  #name(): string {
    this.#count++;
    return `s${this.#count}`;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#controller;
    while (!signal.aborted) {
      try {
        await this.#take(await this.#exchange(this.#waiting.splice(0), 5_000, signal));
      } catch (error) {
        if (!signal.aborted && !(error instanceof Error && /not connected/u.test(error.message))) throw error;
        return;
      }
    }
  }

  async #take(frames: readonly AgentFrame[]): Promise<void> {
    for (const frame of frames) this.#one(frame);
  }

  #one(frame: AgentFrame): void {
    switch (frame.kind) {
      case "joined":
      case "refused":
        this.#joining.get(frame.agent)?.(frame);
        break;
      case "receipt":
        this.receipts.push(frame.receipt);
        this.#receipts.get(frame.exchange)?.(frame.receipt);
        break;
      case "answer":
      case "end":
      case "fail":
        if (frame.kind === "fail") this.failures.push(frame);
        this.#asked.get(frame.exchange)?.resolve(frame);
        break;
      case "letter":
        this.#letter(frame);
        break;
      case "next":
        void this.#next(frame.exchange);
        return;
      case "cancel":
        this.cancelled++;
        void this.#producing.get(frame.exchange)?.return?.();
    }
  }

  #letter({ exchange, ask, message }: Frame<"letter">): void {
    if (!ask) {
      this.inbox.push(message);
      const status = this.receive(message);
      if (status !== undefined)
        void this.push({ kind: "receipt", exchange, receipt: { id: message.id, status, at: Date.now() } });
      return;
    }
    this.questions++;
    const behaviour = this.#agents.get(message.to.split("@")[0] ?? "");
    const answers = behaviour?.(message) ?? [];
    const iterator =
      Symbol.iterator in answers ? answers[Symbol.iterator]() : answers[Symbol.asyncIterator]();
    this.#producing.set(exchange, iterator);
    this.#open.set(exchange, message);
  }

  async #next(exchange: string): Promise<void> {
    const question = this.#open.get(exchange);
    const iterator = this.#producing.get(exchange);
    if (question === undefined || iterator === undefined) return;
    try {
      const { done, value } = await iterator.next();
      if (done === true) return await this.push({ kind: "end", exchange });
      const message = this.message(question.to, question.from, "inform", value);
      await this.push({ kind: "answer", exchange, message: { ...message, replyTo: question.id } });
    } catch (error) {
      await this.push({ kind: "fail", exchange, code: "test-failed", message: String(error) });
    }
  }
}
