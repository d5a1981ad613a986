import type { ActionId, Manifest, Permitted, Policy, Score } from "@action-collective/protocol";
import type { FindingCode } from "../analysis/types.ts";
import { assertMayRun, beginRun, type Caller } from "../capabilities/caller.ts";
import type { RunSpending } from "../capabilities/run-time.ts";
import type { Actions } from "../catalogue/actions.ts";
import type { KnownAction } from "../catalogue/types.ts";
import type { Meter } from "../metrics/meter.ts";
import { SecretsFileError } from "../policy/errors.ts";
import { decideFindings } from "../policy/findings.ts";
import {
  type Approval,
  decideGate,
  type GateDecision,
  type GateFacts,
  type Objection,
  RUN_SCORE,
  refusedWhateverIsSaid,
} from "../policy/gate.ts";
import { type GrantParts, givenSecrets, unreachable } from "../policy/grants.ts";
import { Redactor } from "../policy/redact.ts";
import type { OwnPublications } from "../publishing/own-publications.ts";
import type { Grants } from "../sandbox/types.ts";
import { type Closure, closureOf } from "../uses/closure.ts";
import type { Report } from "../verification/report.ts";
import { ApprovalNeededError, RefusedByPolicyError } from "./errors.ts";

/** The caller's word that the user said yes to this run, or to every run of this action. */
export type Yes = "once" | "always";

/** For whom a run is, and what they bring. */
export interface RunWish {
  readonly caller: Caller;
  /** Should the gate want one. */
  readonly yes?: Yes | undefined;
  readonly signal: AbortSignal;
}

/** What the gate reads of the user's policy, and the one thing that it writes there. */
export interface GatePolicy {
  readonly current: Pick<Policy, "runScore" | "onDoubt" | "approved">;
  /** What the rules hold against the action, as things stand now. */
  objections(id: ActionId): readonly Objection[];
  approve(id: ActionId): Promise<void>;
}

export interface GatekeeperParts {
  readonly actions: Pick<Actions, "report" | "get">;
  readonly reputation: { ofAction(id: ActionId): Pick<Score, "value">; withdrawn(id: ActionId): boolean };
  readonly policy: GatePolicy;
  readonly grants: GrantParts;
  readonly own: Pick<OwnPublications, "get">;
  /** Findings of the scan that the user does not let run. */
  readonly refuseFindings: readonly FindingCode[];
  /** Wall clock that any run may take. */
  readonly wallMs: number;
  /** Told what was decided; left out where nobody measures. */
  readonly measure?: Meter["gate"] | undefined;
}

/** What one run gets. */
export interface Admission {
  readonly grants: Grants;
  /** For everything that comes out of the run. */
  readonly redactor: Redactor;
  /** To be told of the run, and released whatever becomes of it. */
  readonly spending: RunSpending;
  /** By what right. */
  readonly permitted: Permitted;
}

type Action = Pick<KnownAction, "id" | "manifest" | "standing" | "reason">;

/** Stands before every run: gathers what `decideGate` decides by, and hands out what a run is granted. */
export class Gatekeeper {
  readonly #parts: GatekeeperParts;

  constructor(parts: GatekeeperParts) {
    this.#parts = parts;
  }

  /** What would become of a run now. Nothing runs, and no name server is asked. */
  async look(action: Action): Promise<GateDecision> {
    try {
      return decideGate((await this.#facts(action)).facts);
    } catch (error) {
      if (!(error instanceof SecretsFileError)) throw error;
      return { decision: "refused", why: error.message, remedy: error.remedy };
    }
  }

  /**
   * Before the action is fetched and verified: is there any way that it may run?
   * @throws {RefusedByPolicyError | SecretsFileError} and what `assertMayRun` throws
   */
  async turnAway(action: Action, wish: RunWish): Promise<void> {
    assertMayRun(wish.caller, factsFor(action, wish));
    const { facts } = await this.#facts(action);
    const refused = refusedWhateverIsSaid(facts);
    if (refused === undefined) return;
    this.#parts.measure?.("refused");
    throw refusal(action, refused);
  }

  /**
   * Lets a run begin, or says why it may not. A yes is written down only where one was needed.
   * @throws {RefusedByPolicyError | ApprovalNeededError | SecretsFileError} and, for the holder of a capability,
   * {CapabilityEndedError | CapabilityRefusedError | BudgetSpentError}
   */
  async admit(action: Action, wish: RunWish): Promise<Admission> {
    const { caller, yes, signal } = wish;
    assertMayRun(caller, factsFor(action, wish));
    const { policy, grants } = this.#parts;
    const { facts, secrets } = await this.#facts(action);
    const unasked = decideGate(facts);
    const decision =
      unasked.decision === "asks" && yes !== undefined
        ? decideGate({ ...facts, approval: "with-this-run" })
        : unasked;
    this.#parts.measure?.(decision.decision);
    if (decision.decision === "refused") throw refusal(action, decision);
    if (decision.decision === "asks")
      throw new ApprovalNeededError(action.manifest.name, action.id, decision.doubts);
    // The manifest's own list: what is granted is what was allowed or said yes to, never more.
    const { net = [] } = action.manifest.permissions;
    const blocked = await unreachable(net, grants);
    if (blocked !== undefined) throw refusal(action, blocked);
    if (unasked.decision === "asks" && yes === "always") await policy.approve(action.id);
    const spending = await beginRun(caller, this.#parts.wallMs, signal);
    const permitted = rightOf(facts, unasked, yes);
    return { grants: { net, secrets }, redactor: new Redactor(secrets), spending, permitted };
  }

  async #facts({ id, manifest, standing, reason }: Action) {
    const { reputation, policy, grants, own } = this.#parts;
    const { permissions } = manifest;
    const secrets = await givenSecrets(id, permissions, grants);
    const { current } = policy;
    const approval: Approval = current.approved?.includes(id) === true ? "remembered" : "none";
    const facts: GateFacts = {
      id,
      standing,
      reason,
      permissions,
      allowNet: grants.allowNet,
      secrets: Object.keys(secrets),
      score: reputation.ofAction(id).value,
      runScore: current.runScore ?? RUN_SCORE,
      own: own.get(id) !== undefined,
      // What ships with this program is here whoever published it besides.
      withdrawn: reputation.withdrawn(id),
      objections: [...this.#objections(id), ...this.#objectionsToUsed(manifest)],
      approval,
      onDoubt: current.onDoubt ?? "ask",
    };
    return { facts, secrets };
  }

  #objections(id: ActionId): Objection[] {
    const { actions, policy, refuseFindings } = this.#parts;
    const report = actions.report(id) as Pick<Report, "findings"> | undefined;
    const found = decideFindings("run", report?.findings ?? [], refuseFindings);
    return [...(found === undefined ? [] : [{ ...found, kind: "rule" as const }]), ...policy.objections(id)];
  }

  /** What speaks against an action that it calls speaks against it, unless the user approved that one. */
  #objectionsToUsed(manifest: Manifest): Objection[] {
    if (manifest.uses === undefined) return [];
    const { actions, reputation, policy } = this.#parts;
    const { ids } = reached(closureOf(manifest, (id) => actions.get(id)?.manifest));
    return ids
      .flatMap((id) => actions.get(id) ?? [])
      .flatMap(({ id, manifest: { name }, standing, reason }) => {
        const remedy = `\`collective show ${id}\` shows the action that it uses; choose one that uses another.`;
        const approved = policy.current.approved?.includes(id) === true;
        const all: Objection[] = [
          ...(standing === "failed"
            ? [{ kind: "rule" as const, why: `its unit test does not pass here: ${reason}`, remedy }]
            : []),
          ...this.#objections(id),
          ...(reputation.withdrawn(id)
            ? [{ kind: "doubt" as const, why: "everybody who published it took it back", remedy }]
            : []),
        ];
        return all
          .filter(({ kind }) => kind === "rule" || !approved)
          .map((one) => ({ ...one, why: `it uses ${name}, and of that: ${one.why}` }));
      });
  }
}

/** By what right it runs, now that it does. Pure. */
function rightOf(facts: GateFacts, unasked: GateDecision, yes: Yes | undefined): Permitted {
  if (unasked.decision === "asks") return yes === "always" ? "approved-always" : "approved-once";
  return decideGate({ ...facts, approval: "none" }).decision === "runs" ? "unasked" : "approved-before";
}

/** What a capability is held against. */
function factsFor({ id, manifest: { permissions } }: Action, { yes }: RunWish) {
  return { id, permissions, yes };
}

/** As far as it is known here. */
function reached(closure: Closure): { readonly ids: readonly ActionId[] } {
  return closure.kind === "too-much" ? { ids: [] } : closure;
}

function refusal({ manifest }: Action, { why, remedy }: { readonly why: string; readonly remedy: string }) {
  return new RefusedByPolicyError(manifest.name, why, remedy);
}
