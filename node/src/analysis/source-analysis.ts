import type { SourceFilter } from "../sandbox/scan.ts";
import type { Analysis, Mutant, SourceKind, SourceText } from "./types.ts";

/** Static analysis of strangers' text, in a process of its own. */
export interface SourceAnalysis {
  /** What the sandbox takes as its `filter`: refuses what the contract forbids. */
  readonly filter: SourceFilter;
  /** Reads a text and says what is in it; refuses nothing. @throws {SandboxUnavailableError} */
  analyse(source: SourceText, kind?: SourceKind): Promise<Analysis>;
  /**
   * Mutants of a program, at most `most`, spread evenly over it when there are more.
   * @throws {ScanRefusedError} it is no module; {SandboxUnavailableError} it took too long
   */
  mutants(source: SourceText, most: number): Promise<Mutant[]>;
  stop(): Promise<void>;
}
