import { cleanText, type Json } from "@action-collective/protocol";
import { LOG_LINES } from "../sandbox/limits.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type {
  CallOutcome,
  Grants,
  NetworkAnswer,
  StartOptions,
  UsedAnswer,
  UsedCalls,
} from "../sandbox/types.ts";
import { narrowed } from "./closure.ts";
import type { UsedAction, Uses } from "./used-action.ts";
import { type CallSpan, UsedProcess } from "./used-process.ts";

export interface UsedActionsParts {
  readonly sandbox: Pick<Sandbox, "startAction" | "limits">;
  /** Undefined when valid, else one line that says why not. */
  readonly schemas: { check(schema: Json, value: Json): Promise<string | undefined> };
}

export interface UsedActionsOptions {
  readonly uses: Uses;
  /** What the calling action was granted. */
  readonly grants: Grants;
  /** As for the calling action's own process. Must hold a reservation: used actions take no places of their own. */
  readonly start: Omit<StartOptions, "grants"> & Required<Pick<StartOptions, "reservation">>;
  /**
   * What becomes of a process that ended although it had answered calls of a span before: under verification a fresh one
   * is tried, so that what came before decides nothing.
   */
  readonly worn: "replaced" | "ended";
}

/**
 * Processes that may take the place of others, of all used actions together (SPEC §5.4): each may spend all of its
 * processor time, in every look at every action that uses it.
 */
const MOST_REPLACED = 4;

/** One call of the calling action, with all the calls that follow from it. */
export interface Span extends UsedCalls {
  /** The first thing that the machine failed at; then the outcome says nothing about the actions. */
  readonly trouble: CallOutcome | undefined;
}

/**
 * The actions that a running action calls: each in a sandboxed process of its own, started when it is first called,
 * granted nothing that the calling action was not, answering one call after the other. They form no cycle, so what
 * waits for its turn always comes to it.
 */
export class UsedActions {
  readonly #limits: { readonly calls: number };
  readonly #named: readonly string[];
  readonly #processes: ReadonlyMap<string, UsedProcess>;
  readonly #gone = new AbortController();
  #startsLeft: number;

  constructor({ sandbox, schemas }: UsedActionsParts, { uses, grants, start, worn }: UsedActionsOptions) {
    this.#limits = sandbox.limits;
    this.#named = uses.named;
    this.#startsLeft = uses.actions.length + MOST_REPLACED;
    const { network, signal, ...rest } = start;
    const ending = signal === undefined ? this.#gone.signal : AbortSignal.any([signal, this.#gone.signal]);
    const processOf = (action: UsedAction) => {
      const own: StartOptions = {
        ...rest,
        signal: ending,
        grants: narrowed(grants, action.permissions),
        ...(network === undefined || (action.permissions.net ?? []).length === 0 ? {} : { network }),
      };
      const start = () => (this.#startsLeft-- > 0 ? sandbox.startAction(action.source, own) : undefined);
      return new UsedProcess(action, { start, schemas, worn });
    };
    this.#processes = new Map(uses.actions.map((action) => [action.id, processOf(action)]));
  }

  /** @param network what is answered to them, under verification */
  span(network: readonly NetworkAnswer[] = []): Span {
    const state = { calls: 0, trouble: undefined as CallOutcome | undefined };
    const of = (named: readonly string[]): UsedCalls => ({
      answer: (id, input, signal) => this.#answer({ id, input, named, signal }, span),
    });
    const isSpent = () => state.calls > this.#limits.calls;
    const span: CallSpan = {
      of,
      network,
      isSpent,
      take: () => {
        state.calls++;
        return !isSpent();
      },
      failed: (trouble) => {
        state.trouble ??= trouble;
      },
    };
    return {
      ...of(this.#named),
      get trouble() {
        return state.trouble;
      },
    };
  }

  /** The first of what they wrote, each line with the action's name before it; complete once they are closed. */
  logs(): string[] {
    return [...this.#processes.values()].flatMap((process) => process.logs()).slice(0, LOG_LINES);
  }

  /** Ends all that run. Idempotent. */
  async close(): Promise<void> {
    this.#gone.abort(new Error("the action that called it has ended"));
    await Promise.all([...this.#processes.values()].map((process) => process.close()));
  }

  async #answer({ id, input, named, signal }: Asked, span: CallSpan): Promise<UsedAnswer> {
    const process = named.includes(id) ? this.#processes.get(id) : undefined;
    if (process === undefined)
      return error("UndeclaredUseError", `"${cleanText(id, 64)}" is not among the actions that it uses`);
    const exceeded = { exceeded: `made more than ${this.#limits.calls} calls of other actions` };
    if (!span.take()) return exceeded;
    const ending = AbortSignal.any([signal, this.#gone.signal]);
    const answer = await process.call(input, span, ending);
    // It ends all that had a part in it, up to the action that began.
    return span.isSpent() ? exceeded : answer;
  }
}

interface Asked {
  readonly id: string;
  readonly input: Json;
  readonly named: readonly string[];
  readonly signal: AbortSignal;
}

function error(name: string, message: string): UsedAnswer {
  return { error: { name, message } };
}
