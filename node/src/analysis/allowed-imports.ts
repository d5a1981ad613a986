import type { Language } from "@action-collective/protocol";
import type { AllowedImport } from "../sandbox/scan.ts";
import type { ModuleRequest } from "./messages.ts";
import type { SourceKind } from "./types.ts";

/** What the contract makes of a text's requests for other modules. */
export type ImportDecision =
  | { readonly allowed: true; readonly imports: readonly AllowedImport[] }
  | { readonly allowed: false; readonly why: string };

/** An action asks for nothing; a test for the two modules of the contract, statically and plainly. Pure. */
export function decideImports(
  requests: readonly ModuleRequest[],
  kind: SourceKind,
  language: Language,
): ImportDecision {
  const beside = language === "typescript" ? "./action.ts" : "./action.js";
  const imports: AllowedImport[] = [];
  for (const request of requests) {
    const target = kind === "test" ? targetOf(request, beside) : undefined;
    if (target === undefined) return { allowed: false, why: refusal(request, kind, beside) };
    imports.push({ start: request.start, end: request.end, target });
  }
  return { allowed: true, imports };
}

function targetOf({ form, specifier, special }: ModuleRequest, beside: string) {
  if (form !== "import" || special) return undefined;
  if (specifier === "action-collective/test") return "test";
  return specifier === beside ? "action" : undefined;
}

function refusal(request: ModuleRequest, kind: SourceKind, beside: string): string {
  const may =
    kind === "action" ? "nothing" : `only "action-collective/test" and "${beside}", in plain imports`;
  return `The ${kind} holds ${describe(request)}, and may import ${may}`;
}

function describe({ form, specifier, special }: ModuleRequest): string {
  switch (form) {
    case "import()":
      return "a dynamic import()";
    case "import.meta":
      return "import.meta";
    default: {
      const plain = form === "import" || form === "re-export";
      return `an ${form} of "${specifier?.slice(0, 100)}"${plain && special ? " with attributes" : ""}`.replace(
        "an re-export",
        "a re-export",
      );
    }
  }
}
