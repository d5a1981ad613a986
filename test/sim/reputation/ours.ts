import type { ActionId, PeerId } from "@action-collective/protocol";
import { RUN_SCORE } from "../../../node/src/policy/gate.ts";
import type { AuditFact, RecordFact } from "../../../node/src/reputation/facts.ts";
import { ReputationModel } from "../../../node/src/reputation/model.ts";
import type { Judge } from "./judge.ts";
import type { OwnTest, OwnUse, OwnWord } from "./world.ts";

/** The model that peers run, told what a peer would tell it. */
export class Ours implements Judge {
  readonly threshold = RUN_SCORE;
  readonly model: ReputationModel;

  constructor(self: PeerId) {
    this.model = new ReputationModel(self);
  }

  record(fact: RecordFact): void {
    this.model.record(fact);
  }

  tested({ action, outcome }: OwnTest, audits: readonly AuditFact[]): void {
    for (const audit of audits) this.model.audit(audit);
    this.model.standing({ action, standing: outcome === "pass" ? "passed" : "failed" });
  }

  used({ action, runs, succeeded, useful, useless }: OwnUse): void {
    this.model.counters(action, { runs, succeeded, useful, useless });
  }

  said({ peer, level }: OwnWord): void {
    this.model.statement(peer, level);
  }

  score(action: ActionId, now: number): number {
    return this.model.score(action, now).value;
  }
}
