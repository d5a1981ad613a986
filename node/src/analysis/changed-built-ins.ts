import type { Node } from "oxc-parser";
import type { Detector } from "./detector.ts";
import { pathOf } from "./expressions.ts";

/** Objects of the platform that everything in a process shares. */
const BUILT_INS =
  /^(?:Object|Function|Array|String|Number|Boolean|Symbol|Promise|Map|Set|WeakMap|WeakSet|RegExp|Date|Error|JSON|Math|Reflect|Proxy|Uint8Array|TextEncoder|console)(?:\.|$)/;
const DEFINES = new Set(["Object.defineProperty", "Object.defineProperties", "Object.assign", "Reflect.set"]);

/** Changes of built-in objects: an action that shares its process with nobody has no need of them. */
export const changedBuiltIns: Detector = ({ node }, { declared }) => {
  const target = changedBy(node, declared);
  const path = target === undefined ? undefined : pathOf(target, declared);
  const name = path?.split(".")[0];
  if (path === undefined || name === undefined || !BUILT_INS.test(path) || declared.has(name))
    return undefined;
  return {
    code: "changed-built-in",
    severity: "warning",
    message: `changes ${path.slice(0, 60)} for everybody`,
  };
};

function changedBy(node: Node, declared: ReadonlySet<string>): Node | undefined {
  if (node.type === "AssignmentExpression")
    return node.left.type === "MemberExpression" ? node.left.object : undefined;
  if (node.type !== "CallExpression") return undefined;
  return DEFINES.has(pathOf(node.callee, declared) ?? "") ? node.arguments[0] : undefined;
}
