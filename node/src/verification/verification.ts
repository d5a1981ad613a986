import type { ActionId, Bundle, Manifest, PeerId, SignedRecord } from "@action-collective/protocol";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import type { SourceFinding } from "../analysis/types.ts";
import type { BundleStore } from "../bundles/bundle-store.ts";
import { ContentUnavailableError } from "../bundles/errors.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { UnknownActionError } from "../catalogue/errors.ts";
import type { KnownAction } from "../catalogue/types.ts";
import { StoppingError } from "../errors.ts";
import type { Meter } from "../metrics/meter.ts";
import { withheldInVerification } from "../policy/policy.ts";
import type { Announcer } from "../publishing/announcer.ts";
import type { Priority } from "../sandbox/types.ts";
import { untilAborted } from "../until-aborted.ts";
import { bringsAnswers } from "../uses/network-answers.ts";
import type { Judge } from "./judge.ts";
import { proveUsed, usedOrSettled } from "./prove-used.ts";
import type { Report, TestableBundle } from "./report.ts";
import { proveAgainAfter, retryAfter, retryUsingAfter, UNKNOWN_TRIES } from "./retry.ts";
import { runnerVersion } from "./runner-version.ts";
import { verdictOf } from "./verdict.ts";

/** Somebody waits for it, or nobody asked. */
export type Urgency = Extract<Priority, "asked" | "background">;

/**
 * `first`: the unit test once, so that what arrives can be trusted or refused soon. `asked` and `background` look again
 * with another seed and time, and measure the test's strength, which costs several times as much.
 */
export type Look = "first" | Urgency;

/** How often what came to no answer is tried, and the milliseconds until the next try. */
interface Patience {
  readonly tries: number;
  readonly after: (attempts: number) => number;
}

const PATIENCE: Patience = { tries: UNKNOWN_TRIES, after: retryAfter };
/** What an action uses may come to be known and proved at any time. */
const USED_PATIENCE: Patience = { tries: Number.POSITIVE_INFINITY, after: retryUsingAfter };

/** Marks a standing that only a first look proved: the queue comes back to it when nothing else waits. */
const FIRST_LOOK_MARK = " first look";

export interface VerificationParts {
  readonly judges: Readonly<Record<Look, Judge>>;
  readonly analysis: Pick<SourceAnalysis, "analyse">;
  readonly bundles: BundleStore;
  readonly catalogue: Catalogue;
  readonly announcer: Announcer;
  readonly self: PeerId;
  readonly clock: () => number;
  /** Why an action is not tested for the sake of one that uses it; undefined where nothing speaks against it. */
  readonly refusal: (id: ActionId) => { readonly why: string } | undefined;
  /** Called after an action's standing changed. */
  readonly changed: (id: ActionId) => void;
  /** Told of each verification, and how it ended; left out where nobody measures. */
  readonly measure?: Meter["verification"] | undefined;
}

/** fetch blocks by CID → static scan → sandboxed test → verdict → catalogue → gossip, for one action at a time. */
export class Verification {
  readonly #parts: VerificationParts;
  readonly #running = new Map<ActionId, Promise<Report>>();
  readonly #stop = new AbortController();

  constructor(parts: VerificationParts) {
    this.#parts = parts;
  }

  /** Runs a bundle's unit test and says what happened; changes nothing but the standing of what it uses. */
  async judge(bundle: Bundle, signal: AbortSignal, look: Look = "asked"): Promise<Report> {
    const report = await this.#judged(bundle, signal, look);
    const findings = await this.#findings(bundle);
    return { ...report, ...(findings.length === 0 ? {} : { findings }) };
  }

  async #judged({ manifest, code, test }: Bundle, signal: AbortSignal, look: Look): Promise<Report> {
    const { language, input, output, cases, permissions } = manifest;
    const judge = this.#parts.judges[look];
    const uses = manifest.uses === undefined ? undefined : await this.#proveUsed(manifest, signal, look);
    if (uses !== undefined && "outcome" in uses) return judge.withoutRun(uses);
    const testable: TestableBundle = {
      source: { code, language },
      ...{ input, output, cases, permissions },
      ...(test === undefined ? {} : { test }),
      ...(uses === undefined ? {} : { uses }),
    };
    const report = await judge.judge(testable, { signal });
    if (report.outcome !== "fail" || bringsAnswers(cases)) return report;
    const withheld = withheldInVerification(permissions);
    return withheld === undefined ? report : { ...report, reason: `${report.reason}; ${withheld}` };
  }

  async #proveUsed(manifest: Manifest, signal: AbortSignal, look: Look) {
    const { catalogue, bundles, refusal, clock } = this.#parts;
    const urgency = look === "asked" ? "asked" : "background";
    const parts = {
      known: (id: ActionId) => catalogue.actions.get(id),
      // As in the queue: thousands that use one slow action do not have it run again and again.
      waits: ({ id, standing }: KnownAction) =>
        urgency === "background" &&
        !this.#running.has(id) &&
        (standing === "unknown" || !catalogue.actions.isDue(id, clock())),
      verify: (id: ActionId, ending: AbortSignal) => this.verify(id, ending, urgency),
      ...{ bundles, refusal },
    };
    return await proveUsed(manifest, parts, signal);
  }

  /** What the scan found in code and test; it decides nothing here, and its failure spoils no verdict. */
  async #findings({ manifest: { language }, code, test }: Bundle): Promise<SourceFinding[]> {
    const { analysis } = this.#parts;
    const texts = [
      { code, kind: "action" as const },
      ...(test === undefined ? [] : [{ code: test, kind: "test" as const }]),
    ];
    const found = await Promise.all(
      texts.map(({ code: text, kind }) =>
        analysis.analyse({ code: text, language }, kind).catch(() => undefined),
      ),
    );
    return found.flatMap((one) => one?.findings ?? []);
  }

  /**
   * Verifies a known action; callers who ask while it runs get the same answer. A caller who gives up leaves the
   * verification running: its result is wanted all the same.
   * @throws {UnknownActionError | ContentUnavailableError}
   */
  async verify(id: ActionId, signal: AbortSignal, urgency: Urgency = "asked"): Promise<Report> {
    // Written down, so that it is first in the queue should it not come to an end now.
    if (urgency === "asked") this.#parts.catalogue.actions.want(id, "asked");
    let running = this.#running.get(id);
    if (running === undefined) {
      running = this.#verify(id, urgency, this.#stop.signal).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
    return await untilAborted(running, signal);
  }

  /** Actions being verified. */
  get running(): number {
    return this.#running.size;
  }

  /** Gives up what runs; nothing is written down for it, so it is pending still. */
  async stop(): Promise<void> {
    this.#stop.abort(new StoppingError());
    await Promise.allSettled(this.#running.values());
  }

  /**
   * Writes down what a report means for an action's standing and, if the action is public, this peer's verdict.
   * Call inside a transaction with what must not be lost without it.
   * @returns the records to gossip.
   */
  settle(id: ActionId, report: Report, look: Look = "asked"): SignedRecord[] {
    const { catalogue, clock, self, changed } = this.#parts;
    const known = catalogue.actions.get(id);
    if (known === undefined) throw new UnknownActionError(id);
    if (report.outcome === "unknown") {
      this.#postpone(known, report.reason, report.code === "used-action-unproved" ? USED_PATIENCE : PATIENCE);
      return [];
    }
    if (!isAnswered(known)) catalogue.audits.write(id, self);
    catalogue.actions.change(id, {
      standing: report.outcome === "pass" ? "passed" : "failed",
      reason: report.reason,
      report: JSON.parse(JSON.stringify(report)),
      runner:
        runnerVersion(report.runner) + (look === "first" && report.outcome === "pass" ? FIRST_LOOK_MARK : ""),
      attempts: 0,
      due: clock(),
    });
    const records =
      known.origin === "network" ? [this.#parts.announcer.store("verdict", id, verdictOf(report))] : [];
    changed(id);
    return records;
  }

  /** Says in public what was found out while an action was still only in the local library. */
  verdictOnceKnown(id: ActionId): SignedRecord[] {
    const { catalogue, announcer } = this.#parts;
    const report = catalogue.actions.report(id) as Report | undefined;
    if (report === undefined || announcer.has("verdict", id)) return [];
    return [announcer.store("verdict", id, verdictOf(report))];
  }

  async #verify(id: ActionId, urgency: Urgency, signal: AbortSignal): Promise<Report> {
    const { catalogue, bundles, announcer } = this.#parts;
    const known = catalogue.actions.get(id);
    if (known === undefined) throw new UnknownActionError(id);
    const look = urgency === "background" && known.standing === "pending" ? "first" : urgency;
    const ended = this.#parts.measure?.(urgency);
    try {
      const report =
        this.#settledByUses(known, look) ??
        (await this.#judgedAndKept(
          await bundles.load({ id, bytes: known.manifestBytes, manifest: known.manifest }, signal),
          signal,
          look,
        ));
      const records = catalogue.transaction(() => this.settle(id, report, look));
      for (const record of records) await announcer.gossip(record);
      if (report.outcome === "fail") await bundles.discard(id, known.manifest);
      ended?.(report.code);
      return report;
    } catch (error) {
      ended?.(error instanceof ContentUnavailableError ? "content-unavailable" : "not-finished");
      if (signal.aborted) throw error;
      if (error instanceof ContentUnavailableError) this.#absent(known);
      else this.#postpone(known, `internal: ${String(error).slice(0, 160)}`);
      throw error;
    }
  }

  async #judgedAndKept(bundle: Bundle, signal: AbortSignal, look: Look): Promise<Report> {
    const report = await this.judge(bundle, signal, look);
    signal.throwIfAborted();
    if (report.outcome === "pass") await this.#parts.bundles.keep(bundle);
    return report;
  }

  /** Where what it uses settles it, nothing is fetched: a stranger may name what nobody has, in a thousand actions. */
  #settledByUses({ manifest }: KnownAction, look: Look): Report | undefined {
    if (manifest.uses === undefined) return undefined;
    const { catalogue, judges } = this.#parts;
    const finding = usedOrSettled(manifest, { known: (id) => catalogue.actions.get(id) });
    return "outcome" in finding ? judges[look].withoutRun(finding) : undefined;
  }

  /** The machine's doing: tried again a few times, then left as unknown until somebody asks. A proven standing stays. */
  #postpone(known: KnownAction, reason: string, { tries, after }: Patience = PATIENCE): void {
    if (this.#holds(known)) return;
    const attempts = known.attempts + 1;
    const standing = attempts >= tries ? "unknown" : "pending";
    const due = this.#parts.clock() + after(attempts);
    this.#parts.catalogue.actions.change(known.id, { standing, reason, attempts, due });
    this.#parts.changed(known.id);
  }

  #absent(known: KnownAction): void {
    if (this.#holds(known) || known.standing !== "pending") return;
    const attempts = known.attempts + 1;
    const due = this.#parts.clock() + retryAfter(attempts);
    const reason = "content-unavailable: no peer gave the code yet";
    this.#parts.catalogue.actions.change(known.id, { standing: "pending", reason, attempts, due });
  }

  /** What was proved once is not given up because the machine or the network failed; only the next try comes later. */
  #holds(known: KnownAction): boolean {
    if (!isAnswered(known)) return false;
    const tried = known.attempts + 1;
    this.#parts.catalogue.actions.postpone(known.id, tried, this.#parts.clock() + proveAgainAfter(tried));
    return true;
  }
}

function isAnswered({ standing }: KnownAction): boolean {
  return standing === "passed" || standing === "failed";
}
