import type { Node } from "oxc-parser";
import { constantText } from "./constant-text.ts";
import type { Detector } from "./detector.ts";
import { bare, isGlobalObject, isReference, pathOf, propertyName } from "./expressions.ts";

const MAKES_CODE = new Set(["eval", "Function", "AsyncFunction", "GeneratorFunction"]);
const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);
const FUNCTIONS = new Set(["FunctionExpression", "ArrowFunctionExpression"]);

/** Text or bytes that become code where no reader sees it: eval and its disguises, WebAssembly. */
export const codeFromText: Detector = ({ node, parent }, { declared }) => {
  switch (node.type) {
    case "Identifier":
      if (node.name === "eval" && isReference(node, parent)) return eval_("uses eval");
      if (node.name === "Function" && isReference(node, parent) && !isHarmless(node, parent))
        return eval_("makes functions from text (Function)");
      if (node.name === "WebAssembly" && isReference(node, parent))
        return {
          code: "webassembly",
          severity: "warning",
          message: "uses WebAssembly, whose code no reader sees",
        };
      return undefined;
    case "MemberExpression":
      return ofMember(node, declared);
    case "CallExpression":
      return ofCall(node, declared);
    default:
      return undefined;
  }
};

function eval_(message: string) {
  return { code: "eval", severity: "danger", message } as const;
}

/** `x instanceof Function`, `x === Function`, `typeof Function`, `Function.prototype…`. */
function isHarmless(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case "BinaryExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "typeof";
    case "MemberExpression":
      return parent.object === node && propertyName(parent) === "prototype";
    default:
      return false;
  }
}

function ofMember(node: Extract<Node, { type: "MemberExpression" }>, declared: ReadonlySet<string>) {
  const name = propertyName(node);
  if (isGlobalObject(node.object, declared)) {
    // The plain form is found where its name is spoken of as an identifier, too.
    if (name !== undefined && MAKES_CODE.has(name)) return eval_(`reaches ${name} through the global object`);
    return undefined;
  }
  if (name !== "constructor") return undefined;
  const object = bare(node.object);
  const onFunction = FUNCTIONS.has(object.type);
  const twice = object.type === "MemberExpression" && propertyName(object) === "constructor";
  const hidden = node.computed && bare(node.property).type !== "Literal";
  return onFunction || twice || hidden
    ? eval_("reaches the constructor of functions, which makes code from text")
    : undefined;
}

function ofCall(node: Extract<Node, { type: "CallExpression" }>, declared: ReadonlySet<string>) {
  const callee = bare(node.callee);
  const [first] = node.arguments;
  const path = pathOf(callee, declared);
  if (path !== undefined && TIMERS.has(path) && first !== undefined && isText(first))
    return eval_(`gives ${path} a text to run`);
  // `f.constructor("return this")()`: honest code constructs with `new`.
  if (callee.type === "MemberExpression" && propertyName(callee) === "constructor" && first !== undefined)
    return isText(first) ? eval_("calls a constructor with a text, as Function is called") : undefined;
  return undefined;
}

function isText(node: Node): boolean {
  return constantText(node) !== undefined || node.type === "TemplateLiteral";
}
