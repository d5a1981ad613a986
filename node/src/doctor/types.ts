import type { SelfTest } from "../sandbox/self-test.ts";
import type { SandboxDescription } from "../sandbox/types.ts";

/** One thing that was looked at. A warning is worth knowing; with a problem something does not work or is not safe. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "problem";
  readonly message: string;
  /** The way out; absent when all is well. */
  readonly remedy?: string;
}

export interface Diagnosis {
  /** No problem; there may be warnings. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** Absent where no sandbox could be opened. */
  readonly selfTest?: SelfTest;
}

/** A file or folder in the peer's home. */
export interface Belonging {
  readonly path: string;
  /** Permission bits; undefined when it is not there. */
  readonly mode?: number;
  readonly kind: "folder" | "file";
}

export type SandboxFound =
  | { readonly opened: true; readonly description: SandboxDescription; readonly selfTest: SelfTest }
  | { readonly opened: false; readonly why: string; readonly remedy: string };

/** Everything that the checks are made from: what is the case, and no opinion of it. */
export interface Findings {
  readonly platform: NodeJS.Platform;
  /** e.g. "24.21.0" */
  readonly node: string;
  readonly sandbox: SandboxFound;
  /** bubblewrap's path, and why it does not work here where it does not. */
  readonly bubblewrap?: { readonly path: string; readonly failure?: string };
  /** Which parser reads strangers' text; or why none does. */
  readonly parser: "oxc-parser" | "es-module-lexer" | { readonly failure: string };
  readonly home: Belonging;
  /** What must be nobody else's to read. */
  readonly secret: readonly Belonging[];
  /** Why the settings are not valid. */
  readonly settings?: string;
  /** Bytes free on the disk of the home, and of temporary files. */
  readonly free: { readonly home: number; readonly temporary: number };
}
