import {
  type ActionDefinition,
  type ActionId,
  type Bundle,
  buildBundle,
  LimitExceededError,
  type Manifest,
} from "@action-collective/protocol";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import type { FindingCode, SourceFinding } from "../analysis/types.ts";
import type { BundleStore } from "../bundles/bundle-store.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { decideFindings, type FindingsRefusal as Refusal } from "../policy/findings.ts";
import { closureOf } from "../uses/closure.ts";
import { VerificationFailedError, VerificationUnknownError } from "../verification/errors.ts";
import { usedOrSettled } from "../verification/prove-used.ts";
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

/** Who proves an action looks at the answer and then publishes: its test need not run twice for that. */
const REMEMBERED_MS = 10 * 60_000;
const REMEMBERED = 16;
/** Actions made here and kept unpublished: a loop that makes them must not fill the disk. */
const MOST_LOCAL = 10_000;

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
  /** Actions that it uses, and that nobody had published: without them no other peer could prove it. */
  readonly alsoPublished: ActionId[];
}

/** define → validate → static scan and own test in the sandbox → bundle → pin → sign → catalogue → gossip. */
export class Publisher {
  readonly #parts: PublisherParts;
  /** What passed a moment ago, oldest first. */
  readonly #passed = new Map<ActionId, { readonly report: Report; readonly at: number }>();

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
    const used = await this.#unpublished(bundle, signal);
    for (const one of [...used, bundle]) await bundles.put(one);
    // The last moment: what was said to the network cannot be unsaid.
    signal.throwIfAborted();
    const fresh = !announcer.has("publication", bundle.id);
    const records = catalogue.transaction(() => [
      ...used.flatMap((one) => this.#storeUsed(one)),
      ...this.#store(bundle, report, fresh),
    ]);
    let recipients = 0;
    for (const record of records) recipients = Math.max(recipients, await announcer.gossip(record));
    for (const { id, manifest } of [...used, bundle]) bundles.announce(id, manifest);
    const alsoPublished = used.map(({ id }) => id);
    return { id: bundle.id, name: bundle.manifest.name, fresh, recipients, report, alsoPublished };
  }

  /**
   * Validates a definition, scans it and runs its test, after those of the known actions that it uses where they are
   * still to be run; changes nothing else. A failed test is an answer, and a pass holds for some minutes.
   * @throws {InvalidDefinitionError | LimitExceededError | InvalidSchemaError} the definition is not complete.
   */
  async examine(definition: unknown, signal: AbortSignal): Promise<Examination> {
    const { schemas, verification } = this.#parts;
    const bundle = buildBundle(definition);
    await schemas.compile(bundle.manifest.input);
    await schemas.compile(bundle.manifest.output);
    const report = this.#justPassed(bundle) ?? (await verification.judge(bundle, signal));
    this.#remember(bundle, report);
    const refusal =
      (await this.#refusal(bundle.manifest, report.findings)) ?? (await this.#refusalOfUsed(bundle.manifest));
    return { bundle, report, refusal };
  }

  /** What it uses may have failed since: then it is tried again. */
  #justPassed({ id, manifest }: Bundle): Report | undefined {
    const { catalogue, clock } = this.#parts;
    const passed = this.#passed.get(id);
    if (passed === undefined || clock() - passed.at >= REMEMBERED_MS) return undefined;
    const known = (used: ActionId) => catalogue.actions.get(used);
    const used = usedOrSettled(manifest, { known });
    const holds = !("outcome" in used) && used.every((one) => known(one)?.standing === "passed");
    return holds ? passed.report : undefined;
  }

  #remember({ id }: Bundle, report: Report): void {
    const known = this.#passed.get(id);
    if (report.outcome !== "pass" || known?.report === report) return;
    this.#passed.delete(id);
    if (this.#passed.size >= REMEMBERED) this.#passed.delete(this.#passed.keys().next().value ?? id);
    this.#passed.set(id, { report, at: this.#parts.clock() });
  }

  /**
   * Takes what passed into this peer's own catalogue, where it can be found and run; nobody else hears of it.
   * @throws {LimitExceededError} there are too many such actions already.
   */
  async keep({ bundle, report }: Pick<Examination, "bundle" | "report">): Promise<void> {
    const { bundles, catalogue, verification, clock, added } = this.#parts;
    const isKnown = catalogue.actions.get(bundle.id) !== undefined;
    if (!isKnown && catalogue.actions.locals() >= MOST_LOCAL)
      throw new LimitExceededError(
        `${MOST_LOCAL} unpublished actions are kept here already; publish this one, or prove it without keeping it`,
      );
    await bundles.put(bundle);
    const records = catalogue.transaction(() => {
      if (catalogue.actions.add(bundle, "local", clock())) added(bundle);
      return verification.settle(bundle.id, report);
    });
    for (const record of records) await this.#parts.announcer.gossip(record);
  }

  /** What it uses, directly or through others, and nobody has published: publishing it publishes all of that as well. */
  unpublishedUses(manifest: Manifest): KnownAction[] {
    if (manifest.uses === undefined) return [];
    const { actions } = this.#parts.catalogue;
    const closure = closureOf(manifest, (id) => actions.get(id)?.manifest);
    const used = closure.kind === "complete" ? closure.ids.flatMap((id) => actions.get(id) ?? []) : [];
    return used.filter(({ origin }) => origin !== "network");
  }

  /**
   * What it uses and nobody has published, proved and found fit to leave this machine by now.
   * @throws {ContentUnavailableError}
   */
  async #unpublished({ manifest }: Bundle, signal: AbortSignal): Promise<Bundle[]> {
    const { bundles } = this.#parts;
    const used: Bundle[] = [];
    for (const { id, manifest: own, manifestBytes: bytes } of this.unpublishedUses(manifest))
      used.push(await bundles.load({ id, manifest: own, bytes }, signal));
    return used;
  }

  async #refusalOfUsed(manifest: Manifest): Promise<Refusal | undefined> {
    for (const { id, manifest: own } of this.unpublishedUses(manifest)) {
      const report = this.#parts.catalogue.actions.report(id) as Pick<Report, "findings"> | undefined;
      const refusal = await this.#refusal(own, report?.findings);
      if (refusal !== undefined)
        return { ...refusal, why: `it uses ${own.name}, which may not leave this machine: ${refusal.why}` };
    }
    return undefined;
  }

  #storeUsed({ id, bytes }: Bundle) {
    const { announcer, verification } = this.#parts;
    return [announcer.store("publication", id, { manifest: bytes }), ...verification.verdictOnceKnown(id)];
  }

  async #refusal({ cases }: Manifest, findings: readonly SourceFinding[] = []): Promise<Refusal | undefined> {
    const { analysis, refuseFindings } = this.#parts;
    const caseFindings = await analysis.secrets(JSON.stringify(cases));
    return decideFindings("publish", [...findings, ...caseFindings], refuseFindings);
  }

  /** One transaction: the publication and the verdict behind it, or neither. */
  #store(bundle: Bundle, report: Report, fresh: boolean) {
    const { announcer, verification } = this.#parts;
    const publication = fresh ? [announcer.store("publication", bundle.id, { manifest: bundle.bytes })] : [];
    return [...publication, ...verification.settle(bundle.id, report)];
  }
}
