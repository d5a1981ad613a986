import type { Program } from "oxc-parser";
import { changedBuiltIns } from "./changed-built-ins.ts";
import { codeFromText } from "./code-from-text.ts";
import type { Detector } from "./detector.ts";
import { isDeclaration } from "./expressions.ts";
import { hiddenText } from "./hidden-text.ts";
import { lineCounter } from "./lines.ts";
import { nonDeterminism } from "./non-determinism.ts";
import type { SourceFinding } from "./types.ts";
import { type VisitorKeys, walk } from "./walk.ts";

const DETECTORS: readonly Detector[] = [codeFromText, hiddenText, changedBuiltIns, nonDeterminism];

/** What a program's tree shows. Pure. */
export function treeFindings(program: Program, keys: VisitorKeys, code: string): SourceFinding[] {
  const visits = [...walk(program, keys)];
  const declared = new Set<string>();
  for (const { node, parent } of visits)
    if (node.type === "Identifier" && isDeclaration(node, parent)) declared.add(node.name);
  const lineOf = lineCounter(code);
  return visits.flatMap((visit) =>
    DETECTORS.flatMap((detect) => {
      const found = detect(visit, { code, declared });
      return found === undefined ? [] : [{ ...found, line: lineOf(visit.node.start) }];
    }),
  );
}
