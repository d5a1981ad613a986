import {
  type ActionId,
  type Bundle,
  CollectiveError,
  type Json,
  type Permissions,
  type Permitted,
} from "@action-collective/protocol";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { RunSpending } from "../capabilities/run-time.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { KnownAction, RunAgent } from "../catalogue/types.ts";
import type { Meter } from "../metrics/meter.ts";
import type { GateDecision } from "../policy/gate.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { CallOutcome, Grants, Priority } from "../sandbox/types.ts";
import { closureOf } from "../uses/closure.ts";
import { runUsing } from "../uses/run-using.ts";
import { loadUsed } from "../uses/used-action.ts";
import { VerificationFailedError, VerificationUnknownError } from "../verification/errors.ts";
import type { Verification } from "../verification/verification.ts";
import type { Attempted, Audit } from "./audit.ts";
import {
  ActionThrewError,
  InputInvalidError,
  OutputInvalidError,
  RunCutShortError,
  SandboxLimitError,
  SandboxUnavailableError,
} from "./errors.ts";
import type { Admission, Gatekeeper, RunWish } from "./gatekeeper.ts";

export interface RunnerParts {
  readonly sandbox: Pick<Sandbox, "runOnce" | "startAction" | "reserve" | "limits">;
  readonly schemas: { check(schema: Json, value: Json): Promise<string | undefined> };
  readonly verification: Pick<Verification, "verify">;
  readonly bundles: Pick<BundleStore, "load">;
  readonly catalogue: Catalogue;
  readonly gatekeeper: Gatekeeper;
  /** What one run may use. Verification keeps to the protocol's own limit, so that two peers reach one verdict. */
  readonly memoryMb: number;
  readonly clock: () => number;
  readonly runId: () => string;
  /** Writes down what was run, and what was not let run. */
  readonly audit: Audit;
  /** Told of each run, and how it ended; left out where nobody measures. */
  readonly measure?: Meter["run"] | undefined;
}

export interface RunReceipt {
  readonly run: string;
  readonly id: ActionId;
  readonly name: string;
  readonly output: Json;
  readonly durationMs: number;
  readonly logs: string[];
  /** Hosts and the names of secrets that it was given. */
  readonly granted: Permissions;
  /** For whose capability it was; absent for the user. */
  readonly agent?: RunAgent;
  readonly permitted: Permitted;
}

/** id → verified here? else verify now → gate → validate input → sandbox → validate output → receipt. */
export class Runner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /**
   * @throws one class of `runs/errors.ts` or `verification/errors.ts` per way this can end badly
   */
  async run(id: ActionId, input: Json, wish: RunWish): Promise<RunReceipt> {
    const { audit, clock, runId, gatekeeper } = this.#parts;
    const { caller } = wish;
    const attempt: Attempt = {
      ...{ id: runId(), action: id, name: this.#known(id).manifest.name, began: clock(), called: false },
      ...(caller === "user" ? {} : { agent: { id: caller.id, name: caller.agent } }),
    };
    const ended = this.#parts.measure?.(caller === "user" ? "user" : "agent");
    try {
      const action = await this.#proved(id, wish);
      const used = await this.#usedBy(action, wish);
      const admission = await gatekeeper.admit(action, wish);
      try {
        const receipt = await this.#admitted({ action, used, input, admission, attempt }, wish);
        ended?.("ok");
        return receipt;
      } finally {
        admission.spending.release();
      }
    } catch (error) {
      ended?.(statusOf(error, wish.signal));
      if (!attempt.called)
        audit.refused(attempt, { status: statusOf(error, wish.signal), durationMs: clock() - attempt.began });
      throw error;
    }
  }

  async #admitted(
    { action, used, input, admission, attempt }: Admitted,
    { caller, signal }: RunWish,
  ): Promise<RunReceipt> {
    const { schemas, bundles, clock, audit } = this.#parts;
    const { grants, redactor, spending, permitted } = admission;
    const { id } = action;
    const { name, input: inputSchema, output: outputSchema } = action.manifest;
    const problem = await schemas.check(inputSchema, input);
    if (problem !== undefined) throw new InputInvalidError(name, problem);
    const bundle = await bundles.load({ id, bytes: action.manifestBytes, manifest: action.manifest }, signal);
    const granted = { net: [...grants.net], secrets: Object.keys(grants.secrets) };
    const started = clock();
    spending.started();
    attempt.called = true;
    const audited = { ...attempt, started, permitted, granted };
    audit.started(audited);
    let raw: CallOutcome & { readonly logs: string[] };
    try {
      // However many agents run things, the user waits for none that has not begun.
      const priority = caller === "user" ? "run" : "agent's run";
      raw = await this.#call({ bundle, used, input, grants, wallMs: spending.wallMs, priority }, signal);
      signal.throwIfAborted();
    } catch (error) {
      // Who goes away in the middle of a run has used the time up to there.
      const durationMs = clock() - started;
      spending.finished(durationMs);
      audit.ended(audited, { status: statusOf(error, signal), durationMs, says: "nothing" });
      throw error;
    }
    // Before anything reads it: no granted secret leaves the run by accident.
    const outcome = redactor.outcome(raw);
    const durationMs = "durationMs" in outcome ? outcome.durationMs : clock() - started;
    spending.finished(durationMs);
    const refusal =
      outcome.status === "returned" ? await schemas.check(outputSchema, outcome.output) : undefined;
    const error = cutShort(name, outcome, spending) ?? failureOf(name, outcome, refusal);
    // What the machine or a budget ended says nothing of the action.
    const isNoEvidence = error instanceof SandboxUnavailableError || error instanceof RunCutShortError;
    const says = isNoEvidence ? "nothing" : "something";
    audit.ended(audited, { status: error?.code ?? "ok", durationMs, says });
    if (error !== undefined) throw error;
    if (outcome.status !== "returned") throw new SandboxUnavailableError("it ended without an outcome");
    const { id: run, agent } = attempt;
    const receipt = { run, id, name, output: outcome.output, durationMs, logs: outcome.logs, granted };
    return { ...receipt, ...(agent === undefined ? {} : { agent }), permitted };
  }

  async #call({ bundle, used, input, grants, wallMs, priority }: Call, signal: AbortSignal) {
    const { sandbox, bundles, memoryMb } = this.#parts;
    const { language, uses: named } = bundle.manifest;
    const source = { code: bundle.code, language };
    const limits = { memoryMb, ...(wallMs === undefined ? {} : { wallMs }) };
    const options = { grants, limits, signal, priority };
    if (named === undefined) return await sandbox.runOnce(source, input, options);
    const uses = { named, actions: await loadUsed(used, bundles, signal) };
    return await runUsing(this.#parts, { source, input, uses, options });
  }

  /** What would become of a run now; runs and tests nothing. @throws {UnknownActionError} */
  async gate(id: ActionId): Promise<GateDecision> {
    return await this.#parts.gatekeeper.look(this.#known(id));
  }

  /** The action, once its unit test has passed on this machine. What may not run at all is not fetched for it. */
  async #proved(id: ActionId, wish: RunWish): Promise<KnownAction> {
    const action = this.#known(id);
    const { name } = action.manifest;
    if (action.standing === "passed") return action;
    if (action.standing === "failed") throw new VerificationFailedError(name, action);
    await this.#parts.gatekeeper.turnAway(action, wish);
    return await this.#verified(id, wish.signal);
  }

  async #verified(id: ActionId, signal: AbortSignal): Promise<KnownAction> {
    const { name } = this.#known(id).manifest;
    const report = await this.#parts.verification.verify(id, signal);
    if (report.outcome === "fail") throw new VerificationFailedError(name, report);
    if (report.outcome === "unknown") throw new VerificationUnknownError(name, report.reason);
    return this.#known(id);
  }

  /** All that an action leads to, proved on this machine as it is itself; the gate looks at each before that. */
  async #usedBy(action: KnownAction, wish: RunWish): Promise<KnownAction[]> {
    const { manifest } = action;
    if (manifest.uses === undefined) return [];
    const { actions } = this.#parts.catalogue;
    const closure = closureOf(manifest, (id) => actions.get(id)?.manifest);
    if (closure.kind === "too-much")
      throw new VerificationFailedError(manifest.name, { reason: `uses-too-much: ${closure.why}` });
    if (closure.kind === "incomplete")
      throw new VerificationUnknownError(
        manifest.name,
        `used-action-unproved: it uses ${closure.unknown}, which is not known here`,
      );
    const used: KnownAction[] = [];
    for (const known of closure.ids.map((id) => this.#known(id))) {
      if (known.standing === "failed") throw new VerificationFailedError(known.manifest.name, known);
      if (known.standing !== "passed") await this.#parts.gatekeeper.turnAway(action, wish);
      used.push(known.standing === "passed" ? known : await this.#verified(known.id, wish.signal));
    }
    return used;
  }

  #known(id: ActionId): KnownAction {
    const action = this.#parts.catalogue.actions.get(id);
    if (action === undefined) throw new UnknownActionError(id);
    return action;
  }
}

interface Admitted {
  readonly action: KnownAction;
  readonly used: readonly KnownAction[];
  readonly input: Json;
  readonly admission: Admission;
  readonly attempt: Attempt;
}

interface Attempt extends Attempted {
  /** The action's code was reached. */
  called: boolean;
}

interface Call {
  readonly bundle: Bundle;
  readonly used: readonly KnownAction[];
  readonly input: Json;
  readonly grants: Grants;
  readonly wallMs: number | undefined;
  readonly priority: Priority;
}

/** For the audit log: the code of a failure, without its words. Pure. */
function statusOf(error: unknown, { aborted }: AbortSignal): string {
  if (error instanceof CollectiveError) return error.code;
  return aborted ? "aborted" : "internal";
}

/** Pure. Undefined unless a budget ended it. */
function cutShort(name: string, outcome: CallOutcome, { wallMs, isShort }: RunSpending) {
  const isOver = isShort && outcome.status === "limit" && outcome.limit === "wall";
  return isOver ? new RunCutShortError(name, wallMs ?? 0) : undefined;
}

/** Pure. Undefined when the run succeeded. */
function failureOf(name: string, outcome: CallOutcome, outputProblem: string | undefined) {
  switch (outcome.status) {
    case "returned":
      return outputProblem === undefined ? undefined : new OutputInvalidError(name, outputProblem);
    case "threw":
      return new ActionThrewError(name, outcome.message);
    case "not-loaded":
      return new ActionThrewError(name, `it could not be loaded: ${outcome.message}`);
    case "limit":
      return new SandboxLimitError(name, outcome.message);
    case "died":
      return new SandboxLimitError(name, outcome.message);
    case "unavailable":
      return new SandboxUnavailableError(outcome.message);
  }
}
