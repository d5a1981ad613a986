import type { Status } from "@action-collective/protocol";
import type { SelfTest } from "../sandbox/self-test.ts";
import type { SandboxDescription } from "../sandbox/types.ts";

/** What a check is about, in the order in which people read it. */
export const AREAS = ["machine", "sandbox", "home", "data", "peer", "network", "agents"] as const;
export type Area = (typeof AREAS)[number];

/**
 * One thing that was looked at. A note is worth knowing, and nothing has to be done; of a warning something should; with
 * a problem something does not work or is not safe.
 */
export interface Check {
  readonly area: Area;
  readonly name: string;
  readonly status: "ok" | "note" | "warning" | "problem";
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

/** Which Deno there is. Versions as `2.9.6`. */
export interface DenoFound {
  /** What this program was made for. */
  readonly expected: string;
  /** What the program itself says when asked; or why it does not. */
  readonly says?: string;
  readonly failure?: string;
}

/** What this machine's own files and records say of its clock. Times in milliseconds since 1970. */
export interface ClockFound {
  readonly now: number;
  /** The system's time service says that it has been set; undefined where none says anything. */
  readonly synchronised?: boolean;
  /** By how much the wall clock moved against one that nobody can set, while the doctor looked. */
  readonly stepMs: number;
  /** The newest of the program's and the home's files. */
  readonly newestFile?: { readonly path: string; readonly at: number };
  /** When the newest record came here, by this clock at that time. */
  readonly lastReceived?: number;
  /** Of each author with new records: by how much the newest seemed to come from the future, in milliseconds (negative: from the past). */
  readonly leads: readonly number[];
}

/** A peer of this home, or what is left of one. */
export type DaemonFound =
  | { readonly state: "none" }
  /** `api.json` cannot be read. */
  | { readonly state: "damaged"; readonly why: string }
  /** A process that has ended left it behind. */
  | { readonly state: "ended"; readonly pid: number }
  /** The process is there and does not answer as a peer does: it hangs, or its number has gone to another program. */
  | { readonly state: "silent"; readonly pid: number; readonly why: string }
  | { readonly state: "answers"; readonly pid: number; readonly tookMs: number; readonly status: Status };

export interface PortFound {
  /** The setting that names it. */
  readonly setting: "port" | "apiPort" | "metricsPort";
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** `error`: a code such as EACCES that is not about somebody else. */
  readonly state: "any" | "free" | "taken" | "not-tried" | { readonly error: string };
}

/** Whom the peer would join through, and how dialling them ended. */
export interface BootstrapFound {
  /** One or two sentences for people; or why no plan can be made. */
  readonly note: string;
  readonly failure?: { readonly message: string; readonly remedy: string };
  readonly dialled: readonly Dialled[];
  /** More addresses than are dialled. */
  readonly left: number;
}

export interface Dialled {
  readonly address: string;
  readonly result: "reached" | "no-name" | "refused" | "timeout" | "unreachable" | "not-dialled";
  readonly detail: string;
}

export interface CatalogueFound {
  readonly path: string;
  readonly bytes: number;
  /** `ok`, what SQLite's check said, why it could not be opened, or `skipped`: too big to be read whole here. */
  readonly state: "ok" | "skipped" | { readonly damage: string } | { readonly unreadable: string };
  readonly counts?: Readonly<Record<string, number>>;
}

/** One file of the search index, which is a cache. */
export interface IndexFile {
  readonly path: string;
  readonly bytes: number;
  /** `damage` is a sentence for people. */
  readonly state: "ok" | "skipped" | { readonly damage: string };
}

/** What one host's file says of this program. */
export interface AgentHostFound {
  readonly host: string;
  readonly title: string;
  readonly file: string;
  /** Undefined: it can be read, or there is none. */
  readonly failure?: string;
  readonly present: boolean;
  readonly entries: readonly HostEntry[];
}

export interface HostEntry {
  readonly name: string;
  /** What it names and is not there: the program, or the script that it is given. */
  readonly missing: readonly string[];
  /** The home that it uses, absolute. */
  readonly home: string;
}

/** Everything that the checks are made from: what is the case, and no opinion of it. */
export interface Findings {
  readonly platform: NodeJS.Platform;
  /** e.g. "24.21.0" */
  readonly node: string;
  /** Of this program. */
  readonly version: string;
  readonly sandbox: SandboxFound;
  readonly deno: DenoFound;
  /** bubblewrap's path, and why it does not work here where it does not. */
  readonly bubblewrap?: { readonly path: string; readonly failure?: string };
  /** Which parser reads strangers' text; or why none does. */
  readonly parser: "oxc-parser" | "es-module-lexer" | { readonly failure: string };
  readonly clock: ClockFound;
  readonly home: Belonging;
  /** Why no peer could work there. */
  readonly unusable?: string;
  /** What must be nobody else's to read. */
  readonly secret: readonly Belonging[];
  /** Why the key cannot be used, where there is one; its permissions are told above. */
  readonly key?: { readonly message: string; readonly remedy: string };
  /** Why the settings are not valid, or cannot be read. */
  readonly settings?: { readonly message: string; readonly remedy: string };
  /** Bytes free on the disk of the home, and of temporary files. */
  readonly free: { readonly home: number; readonly temporary: number };
  readonly catalogue?: CatalogueFound;
  readonly index: readonly IndexFile[];
  readonly daemon: DaemonFound;
  /** Nothing is known of them where the settings are not valid. */
  readonly ports: readonly PortFound[];
  readonly bootstrap?: BootstrapFound;
  readonly agentHosts: readonly AgentHostFound[];
  /** How long each look took, in milliseconds. */
  readonly timings: Readonly<Record<string, number>>;
}
