import { cleanText } from "@action-collective/protocol";
import { STEP } from "../analysis/loop-guards.ts";
import type { Mutant } from "../analysis/types.ts";
import type { Survivor } from "./types.ts";

/** What an action throws once it has taken all the steps it may. */
export const OUT_OF_STEPS = "OutOfStepsError";

/** Characters of a line that are shown, and how many of them come before the change. */
const SHOWN = 100;
const SHOWN_BEFORE = 40;

/**
 * The program with one change, or with none, and with all guards that the change leaves, in one text. Pure.
 * @param guards sorted by their place
 */
export function mutatedCode(code: string, guards: readonly Mutant[], steps: number, mutant?: Mutant): string {
  let text = "";
  let at = 0;
  const put = ({ start, end, replacement }: Mutant) => {
    text += code.slice(at, start) + replacement;
    at = end;
  };
  const from = mutant?.start ?? code.length;
  const to = mutant?.end ?? code.length;
  for (const guard of guards) if (guard.start <= from) put(guard);
  if (mutant !== undefined) put(mutant);
  for (const guard of guards) if (guard.start > from && guard.start >= to) put(guard);
  return `${text}${code.slice(at)}\n;${counter(steps)}`;
}

/** A declaration is there before everything else of its module runs, and so is what it keeps on itself. */
function counter(steps: number): string {
  const count = `(${STEP}.count = (${STEP}.count ?? 0) + 1)`;
  const error = `Object.assign(new Error("took more than ${steps} steps"), { name: "${OUT_OF_STEPS}" })`;
  return `function ${STEP}() { if (${count} > ${steps}) throw ${error}; }\n`;
}

/** The line where the change is, before and after it. Pure. */
export function survivorOf(code: string, { operator, line, start, end, replacement }: Mutant): Survivor {
  const lineStart = code.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = code.indexOf("\n", end) < 0 ? code.length : code.indexOf("\n", end);
  const isLong = start - lineStart > SHOWN_BEFORE;
  const from = isLong ? start - SHOWN_BEFORE : lineStart;
  const shown = (middle: string) => {
    const text = `${isLong ? "…" : ""}${code.slice(from, start)}${middle}${code.slice(end, lineEnd)}`;
    return cleanText(text.replace(/\s+/gu, " ").trim(), SHOWN);
  };
  return { operator, line, original: shown(code.slice(start, end)), replacement: shown(replacement) };
}
