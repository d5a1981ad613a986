import type { Node } from "oxc-parser";
import type { Detector } from "./detector.ts";
import { bare, pathOf, propertyName } from "./expressions.ts";

const CLOCKS = /^(?:Date\.now|performance\.(?:now|timeOrigin)|Temporal\.Now\.\w+)$/;
const CHANCE = /^(?:Math\.random|crypto\.(?:getRandomValues|randomUUID))$/;
const LOCALE_METHODS = new Set([
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
  "toLocaleUpperCase",
  "toLocaleLowerCase",
]);

/** What makes two calls with one input differ: when, by chance, or where they run. */
export const nonDeterminism: Detector = ({ node }, { declared }) => {
  switch (node.type) {
    case "MemberExpression": {
      const path = pathOf(node, declared) ?? "";
      if (CLOCKS.test(path)) return clock(path);
      if (CHANCE.test(path))
        return { code: "uses-randomness", severity: "info", message: `depends on chance (${path})` };
      return undefined;
    }
    case "NewExpression":
    case "CallExpression":
      return ofCall(node, declared);
    default:
      return undefined;
  }
};

function ofCall(
  node: Extract<Node, { type: "NewExpression" | "CallExpression" }>,
  declared: ReadonlySet<string>,
): ReturnType<Detector> {
  const path = pathOf(node.callee, declared) ?? "";
  const bareCall = node.arguments.length === 0;
  if (path === "Date" && !declared.has("Date") && (bareCall || node.type === "CallExpression"))
    return clock(node.type === "NewExpression" ? "new Date()" : "Date()");
  if (path.startsWith("Intl.") && bareCall) return locale(path);
  const callee = bare(node.callee);
  if (callee.type !== "MemberExpression") return undefined;
  const name = propertyName(callee) ?? "";
  if (LOCALE_METHODS.has(name) && bareCall) return locale(name);
  return name === "localeCompare" && node.arguments.length === 1 ? locale(name) : undefined;
}

function clock(what: string): ReturnType<Detector> {
  return { code: "reads-clock", severity: "info", message: `depends on when it runs (${what})` };
}

function locale(what: string): ReturnType<Detector> {
  return {
    code: "uses-locale",
    severity: "info",
    message: `depends on where it runs (${what} without a locale)`,
  };
}
