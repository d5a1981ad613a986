import type { Bundle, Mark } from "@action-collective/protocol";
import type { SourceAnalysis } from "../analysis/source-analysis.ts";
import type { SourceFinding, SourceMark } from "../analysis/types.ts";
import { ScanRefusedError } from "../sandbox/errors.ts";

/** As many as one answer holds. */
const MARKS = 200;

const MESSAGES: Readonly<Record<SourceMark["kind"], string>> = {
  net: "asks the network",
  secrets: "reads secrets that it was given",
  uses: "calls another action",
};

/**
 * Where in an action's code and test a reader should look, in the order of the text, the code first. Where there is more than
 * an answer holds, findings come before the rest. A text that no parser reads has none.
 * @throws {AnalysisUnavailableError | SandboxBusyError}
 */
export async function marksOf(
  { code, test, manifest: { language } }: Pick<Bundle, "code" | "test" | "manifest">,
  analysis: Pick<SourceAnalysis, "analyse" | "marks">,
): Promise<Mark[]> {
  const source = { code, language };
  const { findings } = await analysis.analyse(source);
  const places = await analysis.marks(source).catch((error: unknown) => {
    if (error instanceof ScanRefusedError) return [];
    throw error;
  });
  const tested =
    test === undefined ? [] : (await analysis.analyse({ code: test, language }, "test")).findings;
  const found = [...findings, ...tested].map(ofFinding);
  const marks = [...found, ...places.map((mark) => ({ ...mark, message: MESSAGES[mark.kind] }))];
  return marks.slice(0, MARKS).toSorted(byPlace);
}

/** Findings name a line: all of it is marked. */
function ofFinding({ code, severity, line, message, in: where }: SourceFinding): Mark {
  const place = { line, column: 0, length: 0 };
  return {
    kind: "finding",
    code,
    severity,
    ...place,
    message,
    ...(where === undefined ? {} : { in: where }),
  };
}

function byPlace(a: Mark, b: Mark): number {
  const file = Number(a.in === "test") - Number(b.in === "test");
  return file || a.line - b.line || a.column - b.column;
}
