import { type DescribedSignature, describeSignature } from "./described-function.ts";
import type { ExportedFunction } from "./exported-functions.ts";
import type { RecordedCall } from "./recorded-calls.ts";
import type { Refused } from "./refused-calls.ts";
import type { FunctionText, Parameter, Signature } from "./signature.ts";
import type { SourceFiles } from "./source-files.ts";

/** A signature, and what its types say. */
export interface Chosen {
  readonly signature: Signature;
  readonly described: DescribedSignature;
}

/** Of several signatures the one that most of the calls fit, and of which most can be told. */
export function chooseSignature(
  { signatures }: FunctionText,
  own: ExportedFunction,
  files: SourceFiles,
  calls: readonly RecordedCall[],
): Chosen | Refused {
  const rated = signatures.map((signature) => {
    const described = describeSignature(signature, own.file, files);
    const fitting = calls.filter(({ args }) => argumentsFit(signature, args)).length;
    const told = described.parameters.filter((one) => one !== undefined).length;
    const takesFunctions = signature.parameters.filter(isFunctionType).length;
    return { signature, described, rate: fitting * 100 + told - takesFunctions * 1000 };
  });
  const best = rated.toSorted((a, b) => b.rate - a.rate)[0];
  return best ?? { reason: "not-a-function", detail: "it has no signature" };
}

/** Whether a call gives what a signature asks for. */
export function argumentsFit({ parameters }: Signature, args: RecordedCall["args"]): boolean {
  if (args.length > parameters.length && parameters.at(-1)?.rest !== true) return false;
  // Where no type is written, JavaScript lets any of them be left out.
  return parameters.every(
    ({ optional, rest, type }, at) => optional || rest || type === undefined || at < args.length,
  );
}

/** A type that is nothing but a function. */
export function isFunctionType({ type, optional, rest }: Parameter): boolean {
  return !optional && !rest && type !== undefined && /^\(.*\)\s*=>/s.test(type.trim());
}
