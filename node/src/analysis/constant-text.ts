import type { Node } from "oxc-parser";

/** Parts put together at most; what hides a word needs few. */
const MOST_PARTS = 200;

/** The text that an expression of constants makes, e.g. `"ev" + "al"` or `["ev", "al"].join("")`. */
export function constantText(node: Node, budget = { parts: MOST_PARTS }): string | undefined {
  if (--budget.parts < 0) return undefined;
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : undefined;
    case "TemplateLiteral":
      return joined(
        node.quasis.flatMap((quasi, at) => {
          const between = node.expressions[at];
          const text = quasi.value.cooked ?? undefined;
          return between === undefined ? [text] : [text, constantText(between, budget)];
        }),
      );
    case "BinaryExpression":
      if (node.operator !== "+") return undefined;
      return joined([constantText(node.left, budget), constantText(node.right, budget)]);
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
      return constantText(node.expression, budget);
    case "CallExpression":
      return calledText(node, budget);
    default:
      return undefined;
  }
}

type Call = Extract<Node, { type: "CallExpression" }>;

/** `["a", "b"].join("")`, `String.fromCharCode(97)`, `atob("YQ==")`, `"a".concat("b")`. */
function calledText({ callee, arguments: given }: Call, budget: { parts: number }): string | undefined {
  const texts = given.map((one) => constantText(one, budget));
  if (callee.type === "Identifier" && callee.name === "atob") return decoded(texts[0]);
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier")
    return undefined;
  const { object, property } = callee;
  switch (property.name) {
    case "join":
      return object.type === "ArrayExpression"
        ? joined(
            object.elements.map((one) => (one === null ? "" : constantText(one, budget))),
            given.length === 0 ? "," : texts[0],
          )
        : undefined;
    case "concat":
      return joined([constantText(object, budget), ...texts]);
    case "fromCharCode":
    case "fromCodePoint":
      return joined(given.map(characterOf));
    default:
      return undefined;
  }
}

function joined(
  parts: readonly (string | undefined)[],
  separator: string | undefined = "",
): string | undefined {
  return parts.every((part) => part !== undefined) ? parts.join(separator) : undefined;
}

function characterOf(node: Node): string | undefined {
  if (node.type !== "Literal" || typeof node.value !== "number") return undefined;
  return Number.isInteger(node.value) && node.value >= 0 && node.value <= 0xffff
    ? String.fromCharCode(node.value)
    : undefined;
}

function decoded(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64").toString("latin1");
}
