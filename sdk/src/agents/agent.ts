import { randomUUID } from "node:crypto";
import type { Json } from "@action-collective/protocol";
import { deadline } from "../deadline.ts";
import { type AccessDecision, decideAccess } from "./access.ts";
import { type AgentAction, actionTable, contentProblem, helpOf, methodOf } from "./action-specs.ts";
import {
  answerIntent,
  failureContent,
  failureForStranger,
  failureOf,
  isStream,
  iteratorOf,
} from "./answering.ts";
import { MethodTimeoutError, NotReceivedError, PermissionUndecidedError } from "./errors.ts";
import { isGenuine } from "./hearing.ts";
import { LEAVING_MS, METHOD_TIMEOUT_MS, PERMISSION_TIMEOUT_MS } from "./limits.ts";
import { Links } from "./links.ts";
import { isMessage, makeMessage } from "./message.ts";
import { findPlace, placeOf } from "./place-of.ts";
import { endStream } from "./streams.ts";
import type {
  ActionContext,
  ActionHelp,
  ActionSpecs,
  Caller,
  Failure,
  Hearing,
  Link,
  Message,
  Node,
  Outcome,
  Place,
  Receiving,
} from "./types.ts";

/**
 * An agent: a node whose methods are actions. A message goes to the action that its intent names, with its content as input and
 * an `ActionContext`; what the method returns, resolves to or yields are its answers. Only what `static actions` declares,
 * the standard intents that it has a method for, and `help` can be called.
 */
export abstract class Agent implements Node {
  /**
   * Methods that messages reach, beside the standard intents, and how. What a class declares holds for those that extend it: give it
   * the type `ActionSpecs`, so that they may declare others.
   */
  static readonly actions: ActionSpecs = {};
  /** `import.meta.url` of its file: its types and comments become help where the space is connected to a peer. */
  static readonly source: string | undefined = undefined;

  readonly id: string;
  readonly links = new Links();
  #table: ReadonlyMap<string, AgentAction> | undefined;

  constructor(id?: string) {
    this.id = id ?? randomId(new.target.name);
  }

  /** Where it acts from. @throws {NotInSpaceError} */
  get place(): Place {
    return placeOf(this);
  }

  /** @throws {TooManyError} */
  link(node: Node, metadata: Readonly<Record<string, Json>> = {}): Link {
    return this.links.link(node, metadata);
  }

  unlink(id: string): boolean {
    return this.links.unlink(id);
  }

  forget(node: Node): void {
    this.links.forget(node);
  }

  /**
   * Decides about a message whose action's access is `requested`. Anything but `true` in time is no; the signal fires when
   * nobody waits for the word any more.
   */
  requestPermission(_proposed: Message, _caller: Caller, _signal: AbortSignal): boolean | Promise<boolean> {
    throw new PermissionUndecidedError(this.id);
  }

  /** Before the method of a message that is permitted. What it throws is the answer, and the method is not called. */
  before(_message: Message, _caller: Caller): void | Promise<void> {}

  /** After it, however it ended; never without `before`. */
  after(_message: Message, _caller: Caller, _outcome: Outcome): void | Promise<void> {}

  /** All actions by name, or the one of that name; nothing for a name that there is not. */
  help(question?: { readonly name?: string } | null): Json {
    const table = this.#actions();
    const name = question?.name;
    const action = name === undefined ? undefined : table.get(name);
    if (name !== undefined) return action === undefined ? {} : (helpOf(this, action) as Json);
    return Object.fromEntries([...table.values()].map((each) => [each.name, helpOf(this, each) as Json]));
  }

  /** As `help`, for discovery. */
  describe(): readonly ActionHelp[] {
    return [...this.#actions().values()].map((action) => helpOf(this, action));
  }

  /** Exists → permitted → input checked → `before` → method → `after`. */
  async *receive(message: Message, receiving?: Receiving): AsyncGenerator<Message, void, void> {
    const hearing = this.#hearing(message, receiving);
    const caller = hearing?.caller ?? { address: message.from };
    const signal = receiving?.signal ?? new AbortController().signal;
    const refuse = (failure: Failure) => this.#say(message, failureContent(failure, message.intent), "error");
    const action = this.#actions().get(message.intent);
    if (action === undefined) {
      hearing?.decided("unknown", "no such action");
      yield refuse({
        code: "unknown-action",
        message: `"${this.id}" has no action "${message.intent}"`,
        remedy: "Send it help, which names those it has.",
      });
      return;
    }
    const refusal = await this.#refusal(action, message, caller, hearing, signal);
    if (refusal !== undefined) {
      yield refuse(refusal);
      return;
    }
    const unfit = this.#unfit(action, message);
    if (unfit !== undefined) {
      yield refuse(unfit);
      return;
    }
    yield* this.#handle(action, { message, caller, signal, ...(hearing === undefined ? {} : { hearing }) });
  }

  /** Built when it is first needed: a constructor's fields are not there before. */
  #actions(): ReadonlyMap<string, AgentAction> {
    this.#table ??= actionTable(this, Agent);
    return this.#table;
  }

  /** Within a space, only what the space delivers is taken: privileges are checked there. */
  #hearing(message: Message, receiving: Receiving | undefined): Hearing | undefined {
    const hearing = receiving?.hearing;
    if (isGenuine(hearing, this, message)) return hearing;
    if (findPlace(this) !== undefined) throw new NotReceivedError(this.id);
    return undefined;
  }

  #unfit(action: AgentAction, { content }: Message): Failure | undefined {
    const problem = contentProblem(this, action, content);
    return problem === undefined
      ? undefined
      : {
          code: "input-invalid",
          message: `"${action.name}" does not take this: ${problem}`,
          remedy: `Send it help with { "name": "${action.name}" }, which says what it takes.`,
        };
  }

  async #refusal(
    action: AgentAction,
    message: Message,
    caller: Caller,
    hearing: Hearing | undefined,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const overruled = hearing?.overruled;
    const { access, by } = overruled ?? decideAccess(action.spec, message, caller);
    if (access === "permitted") hearing?.decided(overruled === undefined ? "permitted" : "overridden", by);
    else if (access === "requested")
      return this.#ask(action, { access, by }, message, caller, hearing, signal);
    else {
      hearing?.decided("denied", by);
      return {
        code: "access-denied",
        message: `"${this.id}" does not let "${caller.address}" use "${action.name}"`,
        remedy: "Ask another agent, or whoever runs this one.",
      };
    }
    return undefined;
  }

  async #ask(
    action: AgentAction,
    { by }: AccessDecision,
    message: Message,
    caller: Caller,
    hearing: Hearing | undefined,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const { name, spec } = action;
    // Nobody is asked about what could not be done anyway.
    const unfit = this.#unfit(action, message);
    if (unfit !== undefined) {
      hearing?.decided("denied", "input");
      return unfit;
    }
    const timeoutMs = spec.permissionTimeoutMs ?? PERMISSION_TIMEOUT_MS;
    try {
      using time = deadline(timeoutMs, signal, () => new PermissionUndecidedError(this.id));
      using question = hearing?.question();
      const own = (async () => (await this.requestPermission(message, caller, time.signal)) === true)();
      const { yes, board } = await time.race(
        Promise.race([
          own.then((yes) => ({ yes, board: false })),
          ...(question === undefined ? [] : [question.decided.then((yes) => ({ yes, board: true }))]),
        ]),
      );
      hearing?.decided(board ? "overridden" : yes ? "asked-yes" : "asked-no", board ? "board" : by);
      if (yes) return undefined;
      return {
        code: "permission-denied",
        message: `"${caller.address}" was not permitted to use "${name}" of "${this.id}"`,
        remedy: "Ask another agent, or say what it is for.",
      };
    } catch (error) {
      hearing?.decided("asked-no", `${by}, undecided`);
      return error instanceof PermissionUndecidedError
        ? failureOf(error)
        : failureOf(new PermissionUndecidedError(this.id, { cause: error }));
    }
  }

  async *#handle(action: AgentAction, context: ActionContext): AsyncGenerator<Message, void, void> {
    const { message, caller, signal: outer } = context;
    const timeoutMs = action.spec.timeoutMs ?? METHOD_TIMEOUT_MS;
    const ended = new AbortController();
    const { signal } = ended;
    const follow = () => ended.abort(outer.reason);
    outer.addEventListener("abort", follow, { once: true });
    const inTime = async <Value>(value: Value | PromiseLike<Value>): Promise<Awaited<Value>> => {
      const given = Promise.resolve(value);
      // The signal may have fired by now: what it throws after that is nobody's affair any more.
      given.catch(() => undefined);
      using time = deadline(timeoutMs, outer, () => new MethodTimeoutError(action.name, timeoutMs));
      return await time.race(given);
    };
    const say = (content: unknown) => this.#say(message, content, answerIntent(message.intent));
    let stream: AsyncIterator<unknown> | Iterator<unknown> | undefined;
    let asking = false;
    let answers = 0;
    let outcome: Outcome = { status: "cancelled", answers };
    try {
      await inTime(this.before(message, caller));
      outer.throwIfAborted();
      const method = methodOf(this, action.method);
      const result: unknown = await inTime(method?.call(this, message.content, { ...context, signal }));
      if (isStream(result)) {
        stream = iteratorOf(result);
        for (;;) {
          asking = true;
          const step: IteratorResult<unknown> = await inTime(stream.next());
          asking = false;
          if (step.done === true) {
            stream = undefined;
            break;
          }
          const answer = say(step.value);
          answers += 1;
          outcome = { status: "cancelled", answers };
          yield answer;
        }
        outcome = { status: "answered", answers };
      } else if (result === undefined) outcome = { status: "answered", answers };
      else {
        const answer = say(result);
        outcome = { status: "answered", answers: 1 };
        yield answer;
      }
    } catch (error) {
      if (outer.aborted) outcome = { status: "cancelled", answers, error };
      else {
        const status = error instanceof MethodTimeoutError ? "timed-out" : "failed";
        outcome = { status, answers, error };
        const failure = caller.peer === undefined ? failureOf(error) : failureForStranger(error);
        yield this.#say(message, failureContent(failure, action.name), "error");
      }
    } finally {
      outer.removeEventListener("abort", follow);
      ended.abort();
      // One that is stuck in an answer hears of its end when it comes round; it does not keep `after` waiting.
      const over = stream === undefined ? undefined : endStream(stream, LEAVING_MS);
      if (!asking) await over;
      await this.after(message, caller, outcome);
    }
  }

  /** A message that the method made is taken as it is; anything else is the content of an answer. */
  #say(message: Message, said: unknown, intent: string): Message {
    if (isMessage(said)) return said;
    const place = findPlace(this);
    if (place !== undefined) return place.reply(message, said as Json, { intent });
    return makeMessage({
      id: randomUUID(),
      from: this.id,
      to: message.from,
      intent,
      content: said as Json,
      replyTo: message.id,
      timestamp: Date.now(),
    });
  }
}

function randomId(name: string): string {
  const word = name.replace(/[^a-zA-Z0-9_.-]|^[^a-zA-Z0-9]+/g, "").slice(0, 64);
  return `${word || "agent"}-${randomUUID().slice(0, 8)}`;
}
