import type { Case, Json } from "@action-collective/protocol";
import type { Sandbox } from "../sandbox/sandbox.ts";
import {
  type ActionProcess,
  type ActionSource,
  type CallOutcome,
  type Grants,
  NO_GRANTS,
  type StartOptions,
} from "../sandbox/types.ts";
import { bringsAnswers, networkAnswersOf } from "../uses/network-answers.ts";
import { UsedActions } from "../uses/used-actions.ts";
import type { SchemaChecker, TestableBundle } from "./report.ts";

export interface SubjectParts {
  readonly sandbox: Pick<Sandbox, "startAction" | "limits">;
  readonly schemas: SchemaChecker;
}

/** As for any process of a verification; those that the action uses live in the same reservation. */
export type SubjectOptions = Omit<StartOptions, "grants" | "network"> &
  Required<Pick<StartOptions, "reservation">>;

/**
 * The action under test, with all that it may reach: the actions it uses, and the answers of the network that its cases
 * bring along. Nothing is granted to it.
 */
export class Subject {
  readonly #process: ActionProcess;
  readonly #used: UsedActions | undefined;
  readonly #cases: readonly Case[];

  private constructor(process: ActionProcess, used: UsedActions | undefined, cases: readonly Case[]) {
    this.#process = process;
    this.#used = used;
    this.#cases = cases;
  }

  /** @throws as Sandbox.startAction */
  static async start(parts: SubjectParts, bundle: TestableBundle, options: SubjectOptions): Promise<Subject> {
    const grants = placeholdersFor(bundle);
    const { uses, cases } = bundle;
    const { limits, ...rest } = options;
    const start = { ...rest, ...(bringsAnswers(cases) ? { network: "answered" as const } : {}) };
    const process = await parts.sandbox.startAction(bundle.source, {
      ...start,
      grants,
      limits: limits ?? {},
    });
    // Limits that are shorter than usual are meant for programs that were changed, and these were not.
    const used =
      uses === undefined ? undefined : new UsedActions(parts, { uses, grants, start, worn: "replaced" });
    return new Subject(process, used, cases);
  }

  /** With the answers that this case brings along. @throws as ActionProcess.call */
  async callCase({ input, fetches = [] }: Case, signal: AbortSignal): Promise<CallOutcome> {
    return await this.#call(input, fetches, signal);
  }

  /** A call of the test module: with the answers of all cases. @throws as ActionProcess.call */
  async call(input: Json, signal: AbortSignal): Promise<CallOutcome> {
    return await this.#call(
      input,
      this.#cases.flatMap(({ fetches = [] }) => fetches),
      signal,
    );
  }

  async load(source: ActionSource, signal: AbortSignal): Promise<CallOutcome> {
    return await this.#process.load(source, signal);
  }

  wishes(): string[] {
    return this.#process.wishes();
  }

  logs(): string[] {
    return [...this.#process.logs(), ...(this.#used?.logs() ?? [])];
  }

  async close(): Promise<void> {
    await Promise.all([this.#process.close(), this.#used?.close()]);
  }

  async #call(input: Json, fetches: NonNullable<Case["fetches"]>, signal: AbortSignal): Promise<CallOutcome> {
    const network = networkAnswersOf(fetches);
    const used = this.#used?.span(network);
    const outcome = await this.#process.call(input, signal, {
      ...(used === undefined ? {} : { used }),
      ...(bringsAnswers(this.#cases) ? { network } : {}),
    });
    return used?.trouble ?? outcome;
  }
}

/**
 * Never a real secret. Where the network is answered, each that the action asks for is the text of its own name, so that
 * a request which needs one can be made.
 */
function placeholdersFor({ cases, permissions }: TestableBundle): Grants {
  if (!bringsAnswers(cases)) return NO_GRANTS;
  return { net: [], secrets: Object.fromEntries((permissions?.secrets ?? []).map((name) => [name, name])) };
}
