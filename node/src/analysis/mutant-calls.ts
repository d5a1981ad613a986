import { type Change, type Operator, replace } from "./mutant-change.ts";

/** Methods that are easily mistaken for each other. */
const TWINS: readonly (readonly [string, string])[] = [
  ["some", "every"],
  ["min", "max"],
  ["floor", "ceil"],
  ["startsWith", "endsWith"],
  ["indexOf", "lastIndexOf"],
  ["find", "findLast"],
  ["findIndex", "findLastIndex"],
  ["toUpperCase", "toLowerCase"],
  ["toLocaleUpperCase", "toLocaleLowerCase"],
  ["trimStart", "trimEnd"],
  ["padStart", "padEnd"],
  ["push", "unshift"],
  ["pop", "shift"],
  ["add", "delete"],
  ["keys", "values"],
  ["reduce", "reduceRight"],
];
const ONE_WAY = { round: "floor", trunc: "ceil", replaceAll: "replace" };
const SWAPS: Readonly<Record<string, string>> = Object.fromEntries([
  ...TWINS.flatMap(([a, b]) => [
    [a, b],
    [b, a],
  ]),
  ...Object.entries(ONE_WAY),
]);

/** Methods whose result can stand for their object and the other way round. */
const LEFT_OUT = new Set([
  ...["sort", "toSorted", "reverse", "toReversed", "filter", "slice", "flat"],
  ...["trim", "trimStart", "trimEnd", "normalize", "substring"],
]);

export const call: Operator = ({ node }, code) => {
  if (node.type !== "CallExpression") return [];
  const { callee } = node;
  if (callee.type !== "MemberExpression" || callee.computed) return [];
  const { object, property } = callee;
  if (property.type !== "Identifier") return [];
  const changes: Change[] = [];
  const other = Object.hasOwn(SWAPS, property.name) ? SWAPS[property.name] : undefined;
  if (other !== undefined) changes.push(replace("method", property, other));
  if (LEFT_OUT.has(property.name))
    changes.push({ operator: "removed-call", start: object.end, end: node.end, replacement: "" });
  if (code.slice(callee.start, callee.end) === "Math.abs")
    changes.push({ operator: "removed-call", start: callee.start, end: callee.end, replacement: "" });
  return changes;
};
