import type { SourceFinding } from "./types.ts";
import type { Visit } from "./walk.ts";

export interface DetectorContext {
  readonly code: string;
  /** Names that the program declares anywhere: they may stand for something other than the platform's. */
  readonly declared: ReadonlySet<string>;
}

/** Looks at one node of a program. Pure. */
export type Detector = (visit: Visit, context: DetectorContext) => Omit<SourceFinding, "line"> | undefined;
