/**
 * The process that reads strangers' text with a native parser, which some texts crash. It is started with an empty
 * environment, asked over a channel of Node's, and never runs what it reads. It imports only pure code, and packages that
 * depend on nothing of ours.
 */
import type { Language } from "@action-collective/protocol";
import type { ParseResult, Program } from "oxc-parser";
import { describeModule } from "../describing/describe-module.ts";
import { MOST_FINDINGS, MOST_MARKS, MOST_MUTANTS } from "./limits.ts";
import { marksOf } from "./marks.ts";
import type { Answers, Reply, Request } from "./messages.ts";
import { moduleRequestsOf } from "./module-requests.ts";
import { mutantsOf } from "./mutants.ts";
import { secretFindings } from "./secret-findings.ts";
import { spread } from "./spread.ts";
import { textFindings } from "./text-findings.ts";
import { treeFindings } from "./tree-findings.ts";
import type { SourceFinding } from "./types.ts";

/** Undefined where the package has no binding for this machine. */
const oxc = await import("oxc-parser").catch(() => undefined);

function parser(): NonNullable<typeof oxc> {
  if (oxc === undefined) throw new Error("oxc-parser has no binding for this machine");
  return oxc;
}

/** @throws {SyntaxError} */
function parse(code: string, language: Language): Program {
  return parseWhole(code, language).program;
}

/** The same with its comments. @throws {SyntaxError} */
function parseWhole(code: string, language: Language): ParseResult {
  const lang = language === "typescript" ? "ts" : "js";
  try {
    const parsed = parser().parseSync(`module.${lang}`, code, { lang, sourceType: "module" });
    const error = parsed.errors.find(({ severity }) => severity === "Error");
    if (error !== undefined) {
      const [label] = error.labels;
      const line = label === undefined ? "" : ` (line ${code.slice(0, label.start).split("\n").length})`;
      throw new SyntaxError(`${error.message}${line}`);
    }
    return parsed;
  } catch (error) {
    throw error instanceof RangeError ? new SyntaxError("it is nested too deep") : error;
  }
}

async function answer(request: Request): Promise<Answers[keyof Answers]> {
  switch (request.kind) {
    case "imports":
      return moduleRequestsOf(parse(request.code, request.language), parser().visitorKeys);
    case "findings":
      return await findingsOf(request.code, request.language);
    case "marks":
      return oxc === undefined
        ? []
        : marksOf(parse(request.code, request.language), oxc.visitorKeys, request.code, MOST_MARKS);
    case "secrets":
      return showable(await secretFindings(request.text));
    case "describe":
      return describeModule(request.code, request.language, parseWhole, request.class);
    case "mutants":
      return spread(mutantsOf(request.code, request.language, parse), Math.min(request.most, MOST_MUTANTS));
  }
}

async function findingsOf(code: string, language: Language): Promise<SourceFinding[]> {
  const inTree = oxc === undefined ? [] : treeFindings(parse(code, language), oxc.visitorKeys, code);
  return showable([...textFindings(code), ...inTree, ...(await secretFindings(code))]);
}

/** One of a kind on a line, worst first where there are too many, in order of lines. */
function showable(findings: readonly SourceFinding[]): SourceFinding[] {
  const seen = new Set<string>();
  const single = findings.filter(({ code, line }) => {
    const key = `${code} ${line}`;
    return !seen.has(key) && seen.add(key);
  });
  const rank = { danger: 0, warning: 1, info: 2 };
  return single
    .toSorted((a, b) => rank[a.severity] - rank[b.severity])
    .slice(0, MOST_FINDINGS)
    .toSorted((a, b) => a.line - b.line);
}

function reply(message: Reply): void {
  process.send?.(message);
}

process.on("disconnect", () => process.exit(0));
process.on("message", (request: Request) => {
  answer(request).then(
    (found) => reply({ answer: found }),
    (error: unknown) =>
      reply(
        error instanceof SyntaxError
          ? { unreadable: error.message }
          : { failed: error instanceof Error ? error.message : String(error) },
      ),
  );
});
reply({ ready: true, parser: oxc !== undefined });
