import { type ActionDefinition, type ActionId, type Bundle, buildBundle } from "@action-collective/protocol";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import type { FindingCode } from "../analysis/types.ts";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { decideFindings, type FindingsRefusal as Refusal } from "../policy/findings.ts";
import { VerificationFailedError, VerificationUnknownError } from "../verification/errors.ts";
import type { Report } from "../verification/report.ts";
import type { Verification } from "../verification/verification.ts";
import type { Announcer } from "./announcer.ts";
import { PublicationRefusedError } from "./errors.ts";

export interface PublisherParts {
  readonly analysis: Pick<SourceAnalysis, "secrets">;
  /** Findings of the scan that the user does not let out, beside those that are never let out. */
  readonly refuseFindings: readonly FindingCode[];
  readonly schemas: { compile(schema: ActionDefinition["input"]): Promise<void> };
  readonly verification: Verification;
  readonly bundles: BundleStore;
  readonly announcer: Announcer;
  readonly catalogue: Catalogue;
  readonly clock: () => number;
  /** Called inside the transaction that adds an action which stays here. */
  readonly added: (bundle: Bundle) => void;
}

/** What a look at a definition found out; nothing was published. */
export interface Examination {
  readonly bundle: Bundle;
  readonly report: Report;
  /** Why it may not leave this machine. */
  readonly refusal: Refusal | undefined;
}

export interface Publication {
  readonly id: ActionId;
  readonly name: string;
  readonly fresh: boolean;
  readonly recipients: number;
  readonly report: Report;
}

/** define → validate → static scan and own test in the sandbox → bundle → pin → sign → catalogue → gossip. */
export class Publisher {
  readonly #parts: PublisherParts;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /**
   * @throws {InvalidDefinitionError | LimitExceededError | InvalidSchemaError} the definition is not complete.
   * @throws {PublicationRefusedError} the scan found what must not leave this machine.
   * @throws {VerificationFailedError | VerificationUnknownError} its own test does not pass here: nothing was published.
   */
  async publish(definition: unknown, signal: AbortSignal): Promise<Publication> {
    const { bundles, announcer, catalogue } = this.#parts;
    const { bundle, report, refusal } = await this.examine(definition, signal);
    if (report.outcome === "fail") throw new VerificationFailedError(bundle.manifest.name, report);
    if (refusal !== undefined)
      throw new PublicationRefusedError(bundle.manifest.name, refusal.why, refusal.remedy);
    if (report.outcome === "unknown") throw new VerificationUnknownError(bundle.manifest.name, report.reason);
    await bundles.put(bundle);
    const fresh = !announcer.has("publication", bundle.id);
    const records = catalogue.transaction(() => this.#store(bundle, report, fresh));
    let recipients = 0;
    for (const record of records) recipients = Math.max(recipients, await announcer.gossip(record));
    bundles.announce(bundle.id, bundle.manifest);
    return { id: bundle.id, name: bundle.manifest.name, fresh, recipients, report };
  }

  /**
   * Validates a definition, scans it and runs its test; changes nothing. A failed test is an answer.
   * @throws {InvalidDefinitionError | LimitExceededError | InvalidSchemaError} the definition is not complete.
   */
  async examine(definition: unknown, signal: AbortSignal): Promise<Examination> {
    const { analysis, refuseFindings, schemas, verification } = this.#parts;
    const bundle = buildBundle(definition);
    await schemas.compile(bundle.manifest.input);
    await schemas.compile(bundle.manifest.output);
    const report = await verification.judge(bundle, signal);
    const caseFindings = await analysis.secrets(JSON.stringify(bundle.manifest.cases));
    const refusal = decideFindings("publish", [...(report.findings ?? []), ...caseFindings], refuseFindings);
    return { bundle, report, refusal };
  }

  /** Takes what passed into this peer's own catalogue, where it can be found and run; nobody else hears of it. */
  async keep({ bundle, report }: Pick<Examination, "bundle" | "report">): Promise<void> {
    const { bundles, catalogue, verification, clock, added } = this.#parts;
    await bundles.put(bundle);
    const records = catalogue.transaction(() => {
      if (catalogue.actions.add(bundle, "local", clock())) added(bundle);
      return verification.settle(bundle.id, report);
    });
    for (const record of records) await this.#parts.announcer.gossip(record);
  }

  /** One transaction: the publication and the verdict behind it, or neither. */
  #store(bundle: Bundle, report: Report, fresh: boolean) {
    const { announcer, verification } = this.#parts;
    const publication = fresh ? [announcer.store("publication", bundle.id, { manifest: bundle.bytes })] : [];
    return [...publication, ...verification.settle(bundle.id, report)];
  }
}
