import { isJsonObject, limits } from "@action-collective/protocol";
import { type AdapterPlan, adapterCode } from "./adapter.ts";
import { bundleAction } from "./bundle-action.ts";
import type { Candidate, Refusal } from "./candidate.ts";
import { chooseSignature } from "./choose-signature.ts";
import { describedIn, exampleCalls } from "./comment-of.ts";
import { COMMON_JS, type ExportedFunction, shownPath } from "./exported-functions.ts";
import { type Plan, planCases } from "./plan-cases.ts";
import type { Project } from "./project.ts";
import { impurity } from "./purity.ts";
import type { RecordedCalls } from "./recorded-calls.ts";
import { type Refused, refusalBefore } from "./refused-calls.ts";
import { type FunctionText, functionText } from "./signature.ts";
import type { SourceFiles } from "./source-files.ts";

/** What is known of one exported function. */
export interface KnownFunction {
  readonly own: ExportedFunction;
  readonly recorded: RecordedCalls;
}

/** Makes a candidate of one function of a package, or says why not. Nothing of it is run. */
export async function functionCandidate(
  { own, recorded }: KnownFunction,
  project: Project,
  files: SourceFiles,
  licence: string,
): Promise<Candidate | Refusal> {
  const from = shownPath(project.root, own.file);
  const refused = ({ reason, detail }: Refused): Refusal => ({ name: own.name, from, reason, detail });
  const text = functionText(own, files);
  if (text === undefined) return refused({ reason: "not-a-function", detail: "it is made by a call" });
  if (text.isGenerator) return refused({ reason: "no-json", detail: "it yields its results one by one" });
  const known = withExamples(recorded, text);
  const chosen = chooseSignature(text, own, files, known.calls);
  if ("reason" in chosen) return refused(chosen);
  const early = refusalBefore(chosen, known);
  if (early !== undefined) return refused(early);
  const planned = planCases(chosen, known);
  if ("reason" in planned) return refused(planned);
  const unwrapped = text.takesObject ? onlyObject(planned) : undefined;
  const plan = unwrapped ?? planned;
  const description = describedIn(text.doc, { name: own.name, project, parameters: plan.parameters });
  const adapter: AdapterPlan = {
    ...plan,
    file: own.file,
    exported: exportedAs(own, files),
    name: own.name,
    description: description.text,
    whole: unwrapped !== undefined,
    countsArguments: text.countsArguments,
    isAsync:
      text.isAsync ||
      /^Promise\s*</.test(chosen.signature.returns ?? "") ||
      known.calls.some(({ promised }) => promised),
  };
  const bundled = await bundleAction(project.root, adapterCode(adapter));
  if ("reason" in bundled) return refused(bundled);
  const impure = impurity(bundled.code);
  if (impure !== undefined) return refused({ reason: "not-pure", detail: impure });
  return {
    name: own.label === "" ? own.name : `${own.label}/${own.name}`,
    from,
    code: bundled.code,
    language: "javascript",
    description: description.text,
    useWhen: description.useWhen,
    tags: project.keywords,
    licence,
    schemas: plan.schemas,
    cases: plan.cases,
    notes: [...description.notes, ...plan.notes],
  };
}

/** What is taken apart where it is taken is the input itself, if it always is an object. */
function onlyObject(plan: Plan): Plan | undefined {
  const name = plan.parameters[0]?.name ?? "";
  const { input } = plan.schemas;
  const schema = isJsonObject(input) && isJsonObject(input.properties) ? input.properties[name] : undefined;
  const cases = plan.cases.flatMap((one) => {
    const inner = isJsonObject(one.input) ? one.input[name] : undefined;
    return isJsonObject(inner) ? [{ ...one, input: inner }] : [];
  });
  if (cases.length < plan.cases.length || !isJsonObject(schema) || schema.type !== "object") return undefined;
  return { ...plan, cases, schemas: { ...plan.schemas, input: schema } };
}

/** By which name its own module exports it. */
function exportedAs({ file, local }: ExportedFunction, files: SourceFiles): string {
  if (local.startsWith(COMMON_JS)) return local.slice(COMMON_JS.length);
  for (const statement of files.read(file).parsed.program.body) {
    if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const name =
        declaration.type === "Identifier"
          ? declaration.name
          : "id" in declaration && declaration.id?.type === "Identifier"
            ? declaration.id.name
            : "default";
      if (name === local) return "default";
    }
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const one of statement.specifiers)
      if (statement.source === null && one.local.type === "Identifier" && one.local.name === local)
        return one.exported.type === "Identifier" ? one.exported.name : local;
  }
  return local;
}

/** Cases that are written in its comment count as calls, too. */
function withExamples(recorded: RecordedCalls, text: FunctionText): RecordedCalls {
  const examples = exampleCalls(text.doc);
  if (examples.length === 0 || recorded.calls.length >= limits.casesAtLeast) return recorded;
  return { ...recorded, calls: [...recorded.calls, ...examples] };
}
