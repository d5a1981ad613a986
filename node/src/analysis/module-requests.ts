import type { Node, Program } from "oxc-parser";
import type { ModuleRequest } from "./messages.ts";
import { type VisitorKeys, walk } from "./walk.ts";

/** Every place where a program asks for another module, in the order of its text. */
export function moduleRequestsOf(program: Program, keys: VisitorKeys): ModuleRequest[] {
  const found: ModuleRequest[] = [];
  for (const { node } of walk(program, keys)) {
    const request = requestOf(node);
    if (request !== undefined) found.push(request);
  }
  return found;
}

function requestOf(node: Node): ModuleRequest | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return quoted("import", node.source, node.phase !== null || node.attributes.length > 0);
    case "ExportAllDeclaration":
      return quoted("re-export", node.source, node.attributes.length > 0);
    case "ExportNamedDeclaration":
      return node.source === null ? undefined : quoted("re-export", node.source, node.attributes.length > 0);
    case "ImportExpression":
      return { form: "import()", special: true, start: node.start, end: node.end };
    case "MetaProperty":
      return node.meta.name === "import"
        ? { form: "import.meta", special: true, start: node.start, end: node.end }
        : undefined;
    case "TSImportType":
      return quoted("import type", node.source, true);
    case "TSExternalModuleReference":
      return quoted("import =", node.expression, true);
    default:
      return undefined;
  }
}

function quoted(
  form: ModuleRequest["form"],
  { value, start, end }: { readonly value: string; readonly start: number; readonly end: number },
  special: boolean,
): ModuleRequest {
  return { form, specifier: value, special, start: start + 1, end: end - 1 };
}
