type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Container = Json[] | { [key: string]: Json };
type Separator = "." | "/" | ":" | "_";
type FlattenJsonInput = { value: Container; direction?: "flatten" | "unflatten"; separator?: Separator };
type FlattenJsonOutput = { result: Json };
/** A key of an object or an index into a list. */
type Step = string | number;
type Leaf = { leaf: Json };
type Tree = Map<Step, Tree | Leaf>;

/** `{a: [{b: 1}]}` to `{"a[0].b": 1}`, or back. */
export default function flattenJson(input: FlattenJsonInput): FlattenJsonOutput {
  const separator = input.separator ?? ".";
  if (input.direction !== "unflatten")
    return { result: Object.fromEntries(flatten(input.value, "", separator)) };
  if (Array.isArray(input.value)) throw new Error("To unflatten, give an object that maps paths to values");
  const tree: Tree = new Map();
  for (const [path, value] of Object.entries(input.value)) insert(tree, path, value, separator);
  return { result: build(tree, "", separator) };
}

function flatten(value: Json, path: string, separator: Separator): [string, Json][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const inner = Array.isArray(value)
    ? value.map((item, index) => flatten(item, join(path, index, separator), separator))
    : Object.entries(value).map(([key, item]) => flatten(item, join(path, key, separator), separator));
  // An empty list or object has nothing inside that could stand for it, so it stands for itself; the top has no path.
  return inner.length === 0 && path !== "" ? [[path, value]] : inner.flat();
}

function join(path: string, step: Step, separator: Separator): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (step === "") throw new Error(`The object at "${path}" has an empty key, which no path can name`);
  // A backslash keeps what would read as structure a part of the key.
  const key = step.replace(/[\\[]/g, "\\$&").replaceAll(separator, `\\${separator}`);
  return path === "" ? key : path + separator + key;
}

function insert(root: Tree, path: string, value: Json, separator: Separator): void {
  const steps = parsePath(path, separator);
  const last = steps.pop() ?? "";
  let tree = root;
  for (const step of steps) {
    const next = tree.get(step) ?? new Map();
    if (!(next instanceof Map)) throw new Error(`"${path}" lies inside a path that has a value itself`);
    tree.set(step, next);
    tree = next;
  }
  if (tree.has(last)) throw new Error(`"${path}" is given twice, or has other paths inside it`);
  tree.set(last, { leaf: value });
}

function build(tree: Tree, path: string, separator: Separator): Json {
  const entries = [...tree].map(([step, child]): [Step, Json] => [
    step,
    child instanceof Map ? build(child, join(path, step, separator), separator) : child.leaf,
  ]);
  const indices = entries.filter(([step]) => typeof step === "number").length;
  if (indices === 0) return Object.fromEntries(entries);
  if (indices < entries.length) throw new Error(`"${path}" is a list by some paths and an object by others`);
  const items = new Map(entries);
  return entries.map((_, index) => {
    const item = items.get(index);
    if (item === undefined) throw new Error(`The list "${path}" has no item ${index}`);
    return item;
  });
}

/** Reads `a.b[0]` into its steps; the inverse of `join`. */
function parsePath(path: string, separator: Separator): Step[] {
  const keyPattern = new RegExp(`^(?:\\\\.|[^\\\\[${separator}])+`, "su");
  const steps: Step[] = [];
  for (let rest = path; rest !== "" || steps.length === 0; ) {
    const index = /^\[(0|[1-9][0-9]*)\]/.exec(rest);
    const isFirst = steps.length === 0;
    const key = keyPattern.exec(isFirst ? rest : rest.slice(separator.length));
    if (index !== null) {
      steps.push(Number(index[1]));
      rest = rest.slice(index[0].length);
    } else if (key !== null && (isFirst || rest.startsWith(separator))) {
      steps.push(key[0].replace(/\\(.)/gsu, "$1"));
      rest = rest.slice(key[0].length + (isFirst ? 0 : separator.length));
    } else {
      throw new Error(`Cannot read the path "${path}": write it like "a${separator}b[0]${separator}c"`);
    }
  }
  return steps;
}
