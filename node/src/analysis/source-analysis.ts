import { createHash } from "node:crypto";
import { cleanText, type Described } from "@action-collective/protocol";
import { ScanRefusedError } from "../sandbox/errors.ts";
import { type AllowedImport, type SourceFilter, STATIC_SCAN } from "../sandbox/scan.ts";
import { assertReadable } from "../sandbox/source-text.ts";
import { decideImports } from "./allowed-imports.ts";
import { AnalysisPool } from "./analysis-pool.ts";
import { AnalysisUnavailableError, ParserCrashError } from "./errors.ts";
import { REMEMBERED } from "./limits.ts";
import type { Answers, Request } from "./messages.ts";
import type { Analysis, Mutant, SourceFinding, SourceKind, SourceMark, SourceText } from "./types.ts";

/** Characters of a parser's complaint that are shown. */
const MESSAGE = 200;

/** Static analysis of strangers' text, in a process of its own. */
export interface SourceAnalysis {
  /** What the sandbox takes as its `filter`: refuses what the contract forbids. */
  readonly filter: SourceFilter;
  /** Reads a text and says what is in it; refuses nothing. @throws {AnalysisUnavailableError | SandboxBusyError} */
  analyse(source: SourceText, kind?: SourceKind): Promise<Analysis>;
  /**
   * Where an action asks the network, reads secrets and calls others. Empty where there is no parser for this machine.
   * @throws {ScanRefusedError} it cannot be read as a module; and as analyse
   */
  marks(source: SourceText): Promise<readonly SourceMark[]>;
  /** Credentials in any text, e.g. in the cases of an action. @throws as analyse */
  secrets(text: string): Promise<readonly SourceFinding[]>;
  /**
   * Mutants of a program, at most `most`, spread evenly over it when there are more.
   * @throws {ScanRefusedError} it cannot be read as a module; and as analyse
   */
  mutants(source: SourceText, most: number): Promise<readonly Mutant[]>;
  /**
   * What the types and the comments of a module say of its action, and of the methods of a class of it.
   * @throws {ScanRefusedError} it cannot be read as a module; and as analyse
   */
  describe(source: SourceText & { readonly class?: string | undefined }): Promise<Described>;
  /** Which parser reads the texts; asks it to start. */
  parser(): Promise<"oxc-parser" | "es-module-lexer">;
  stop(): Promise<void>;
}

/** Starts nothing until the first text comes. */
export function createSourceAnalysis(): SourceAnalysis {
  const pool = new AnalysisPool();
  const scans = new Map<string, Promise<readonly AllowedImport[]>>();

  async function scanned(source: SourceText, kind: SourceKind): Promise<readonly AllowedImport[]> {
    const key = keyOf(source, kind);
    const known = scans.get(key);
    if (known !== undefined) return await known;
    const scan = scanWith(pool, source, kind);
    if (scans.size >= REMEMBERED) scans.delete(scans.keys().next().value ?? "");
    scans.set(key, scan);
    // The machine's failures are not remembered; what the text itself brings about is.
    scan.catch((error: unknown) => error instanceof ScanRefusedError || scans.delete(key));
    return await scan;
  }

  return {
    filter: {
      action: async (source) => void (await scanned(source, "action")),
      test: (source) => scanned(source, "test"),
    },
    async analyse(source, kind = "action") {
      try {
        const imports = await scanned(source, kind);
        const findings = await ask(pool, { kind: "findings", ...source });
        return {
          imports,
          findings: kind === "test" ? findings.map((one) => ({ ...one, in: kind })) : findings,
        };
      } catch (error) {
        if (!(error instanceof ScanRefusedError)) throw error;
        return { refusal: error.message, imports: [], findings: [] };
      }
    },
    async marks(source) {
      assertReadable(source.code, "The action");
      return await ask(pool, { kind: "marks", ...source });
    },
    secrets: (text) => ask(pool, { kind: "secrets", text }),
    async mutants(source, most) {
      assertReadable(source.code, "The action");
      return await ask(pool, { kind: "mutants", ...source, most });
    },
    async describe(source) {
      assertReadable(source.code, source.class === undefined ? "The action" : "The text");
      return await ask(pool, { kind: "describe", ...source });
    },
    async parser() {
      return (await pool.ready()).parser ? "oxc-parser" : "es-module-lexer";
    },
    stop: () => pool.stop(),
  };
}

function keyOf({ code, language }: SourceText, kind: SourceKind): string {
  return createHash("sha256").update(`${kind} ${language} `).update(code).digest("base64");
}

/** Linear checks here, the parser in the child; without a parser for this machine, the lexer here. */
async function scanWith(
  pool: AnalysisPool,
  source: SourceText,
  kind: SourceKind,
): Promise<readonly AllowedImport[]> {
  assertReadable(source.code, `The ${kind}`);
  if (!(await pool.ready()).parser) return (await STATIC_SCAN[kind](source)) ?? [];
  const decision = decideImports(
    await ask(pool, { kind: "imports", ...source }, kind),
    kind,
    source.language,
  );
  if (!decision.allowed) throw new ScanRefusedError(decision.why);
  return decision.imports;
}

/** @throws {ScanRefusedError} the text is no module, or nothing a parser survives */
async function ask<K extends Request["kind"]>(
  pool: AnalysisPool,
  request: Extract<Request, { kind: K }>,
  what = "text",
): Promise<Answers[K]> {
  const reply = await pool.ask(request).catch((error: unknown) => {
    if (!(error instanceof ParserCrashError)) throw error;
    return { unreadable: error.message };
  });
  if ("unreadable" in reply)
    throw new ScanRefusedError(
      `The ${what} cannot be read as a module: ${cleanText(reply.unreadable, MESSAGE)}`,
    );
  if ("answer" in reply) return reply.answer as Answers[K];
  throw new AnalysisUnavailableError("failed" in reply ? reply.failed : "its process answered out of turn");
}
