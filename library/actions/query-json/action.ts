type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type QueryJsonInput = { document: Json; query: string };
type QueryJsonOutput = { values: Json[]; paths: string[] };
type Node = { path: string; value: Json };
/** What a part of the query makes of a node; the context knows the root and counts the work. */
type Context = { root: Json; visits: number };
type Selector = (node: Node, context: Context) => Node[];
type Step = { isDeep: boolean; selectors: Selector[] };
type Operand = (current: Json, context: Context) => Json | undefined;
type Test = (current: Json, context: Context) => boolean;
type Cursor = { text: string; at: number };

const MAX_VISITS = 500_000;
const NAME = /[\p{L}_\u0080-\u{10ffff}][\p{L}\p{N}_\u0080-\u{10ffff}]*/uy;
const STRING = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y;
const SLICE = /(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(-?\d+)?)?/y;
const INDEX = /-?(?:0|[1-9]\d*)(?![\d.eE])/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** JSONPath (RFC 9535) without functions other than length(): names, indices, slices, *, .., lists of them, filters. */
export default function queryJson({ document, query }: QueryJsonInput): QueryJsonOutput {
  const cursor = { text: query.trim(), at: 0 };
  if (!takes(cursor, "$")) fail(cursor, 'a query begins with "$", such as $.items[0].name');
  const steps = readSteps(cursor);
  if (cursor.at < cursor.text.length)
    fail(cursor, 'names with other signs than letters, digits and _ go into ["quotes"]');
  const found = run(steps, { path: "$", value: document }, { root: document, visits: 0 });
  return { values: found.map(({ value }) => value), paths: found.map(({ path }) => path) };
}

function run(steps: Step[], start: Node, context: Context): Node[] {
  let nodes = [start];
  for (const { isDeep, selectors } of steps) {
    const from = isDeep ? nodes.flatMap((node) => withDescendants(node, context)) : nodes;
    nodes = from.flatMap((node) => selectors.flatMap((select) => counted(select(node, context), context)));
  }
  return nodes;
}

function counted(nodes: Node[], context: Context): Node[] {
  spend(nodes.length + 1, context);
  return nodes;
}

function spend(visits: number, context: Context): void {
  context.visits += visits;
  if (context.visits > MAX_VISITS)
    throw new Error(`The query visits more than ${MAX_VISITS} places: make it narrower`);
}

function withDescendants(node: Node, context: Context): Node[] {
  return [node, ...counted(children(node), context).flatMap((child) => withDescendants(child, context))];
}

function children({ path, value }: Node): Node[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.map((item, index) => ({ path: `${path}[${index}]`, value: item }));
  return Object.entries(value).map(([name, item]) => ({ path: path + quoted(name), value: item }));
}

function quoted(name: string): string {
  return `['${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}']`;
}

function readSteps(cursor: Cursor): Step[] {
  const steps: Step[] = [];
  for (;;) {
    const before = cursor.at;
    skipSpace(cursor);
    const isDeep = takes(cursor, "..");
    if (takes(cursor, "[")) steps.push({ isDeep, selectors: readBrackets(cursor) });
    else if (isDeep || takes(cursor, ".")) steps.push({ isDeep, selectors: [readName(cursor)] });
    else {
      cursor.at = before;
      return steps;
    }
  }
}

function readName(cursor: Cursor): Selector {
  if (takes(cursor, "*")) return children;
  const [name] = match(cursor, NAME) ?? fail(cursor, "a name or * is missing");
  return member(name);
}

function member(name: string): Selector {
  return ({ path, value }) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return [];
    return [{ path: path + quoted(name), value: value[name] ?? null }];
  };
}

function readBrackets(cursor: Cursor): Selector[] {
  const selectors: Selector[] = [];
  do {
    skipSpace(cursor);
    selectors.push(readSelector(cursor));
    skipSpace(cursor);
  } while (takes(cursor, ","));
  if (!takes(cursor, "]")) fail(cursor, "a closing bracket is missing");
  return selectors;
}

function readSelector(cursor: Cursor): Selector {
  if (takes(cursor, "*")) return children;
  if (takes(cursor, "?")) {
    const test = readOr(cursor);
    return (node, context) => counted(children(node), context).filter(({ value }) => test(value, context));
  }
  const name = readString(cursor);
  if (name !== undefined) return member(name);
  const slice = match(cursor, SLICE);
  if (slice !== undefined) {
    const [start, end, step] = slice.slice(1).map((text) => (text === undefined ? undefined : Number(text)));
    return (node, context) =>
      step === 0
        ? []
        : sliceOf(counted(Array.isArray(node.value) ? children(node) : [], context), start, end, step ?? 1);
  }
  const [text] =
    match(cursor, INDEX) ??
    fail(cursor, 'in brackets, write an index, a "name", a slice, * or a filter after ?');
  return ({ path, value }) => {
    if (!Array.isArray(value)) return [];
    const index = Number(text) < 0 ? Number(text) + value.length : Number(text);
    const item = value[index];
    return item === undefined ? [] : [{ path: `${path}[${index}]`, value: item }];
  };
}

/** As in Python: negative numbers count from the end, and a negative step goes backward. */
function sliceOf(items: Node[], start: number | undefined, end: number | undefined, step: number): Node[] {
  const place = (index: number) => (index < 0 ? index + items.length : index);
  const from = start === undefined ? (step > 0 ? 0 : items.length - 1) : place(start);
  const to = end === undefined ? (step > 0 ? items.length : -1) : place(end);
  if (step > 0)
    return items.filter(
      (_, index) => index >= from && index < to && (index - Math.max(from, 0)) % step === 0,
    );
  const first = Math.min(from, items.length - 1);
  return items.filter((_, index) => index <= first && index > to && (first - index) % step === 0).reverse();
}

function readOr(cursor: Cursor): Test {
  const tests = [readAnd(cursor)];
  while (takes(cursor, "||")) tests.push(readAnd(cursor));
  return (current, context) => tests.some((test) => test(current, context));
}

function readAnd(cursor: Cursor): Test {
  const tests = [readTest(cursor)];
  while (takes(cursor, "&&")) tests.push(readTest(cursor));
  return (current, context) => tests.every((test) => test(current, context));
}

function readTest(cursor: Cursor): Test {
  skipSpace(cursor);
  const test = readBareTest(cursor);
  skipSpace(cursor);
  return test;
}

function readBareTest(cursor: Cursor): Test {
  if (takes(cursor, "!")) {
    const test = readTest(cursor);
    return (current, context) => !test(current, context);
  }
  if (takes(cursor, "(")) {
    const test = readOr(cursor);
    if (!takes(cursor, ")")) fail(cursor, "a closing parenthesis is missing");
    return test;
  }
  const query = readQuery(cursor);
  const left = query === undefined ? readOperand(cursor) : valueIn(query);
  skipSpace(cursor);
  const [sign] = match(cursor, /==|!=|<=|>=|<|>/y) ?? [];
  if (sign === undefined) {
    if (query === undefined) fail(cursor, "a comparison such as == is missing");
    return (current, context) => (query?.(current, context).length ?? 0) > 0;
  }
  skipSpace(cursor);
  const right = readOperand(cursor);
  return (current, context) => compare(sign, left(current, context), right(current, context), context);
}

function readQuery(cursor: Cursor): ((current: Json, context: Context) => Node[]) | undefined {
  const [sign] = match(cursor, /[@$]/y) ?? [];
  if (sign === undefined) return undefined;
  const steps = readSteps(cursor);
  return (current, context) =>
    run(steps, { path: "", value: sign === "@" ? current : context.root }, context);
}

/** A comparison takes one value: of none or several places, nothing. */
function valueIn(query: (current: Json, context: Context) => Node[]): Operand {
  return (current, context) => {
    const [first, ...more] = query(current, context);
    return more.length > 0 ? undefined : first?.value;
  };
}

function readOperand(cursor: Cursor): Operand {
  if (match(cursor, /length\s*\(\s*/y) !== undefined) {
    const inner = readOperand(cursor);
    skipSpace(cursor);
    if (!takes(cursor, ")")) fail(cursor, "a closing parenthesis is missing");
    return (current, context) => lengthOf(inner(current, context), context);
  }
  const query = readQuery(cursor);
  if (query !== undefined) return valueIn(query);
  const text = readString(cursor);
  if (text !== undefined) return () => text;
  const [literal] = match(cursor, /true|false|null/y) ?? match(cursor, NUMBER) ?? [];
  if (literal === undefined)
    return fail(cursor, 'write @.name, $.name, length(@.name), a number, a "text", true, false or null');
  const value: Json = JSON.parse(literal);
  return () => value;
}

function lengthOf(value: Json | undefined, context: Context): number | undefined {
  if (value === null || (typeof value !== "string" && typeof value !== "object")) return undefined;
  const { length } = typeof value === "string" ? [...value] : Object.keys(value);
  spend(length, context);
  return length;
}

/** Only numbers, or only texts, have an order; two missing values are equal. */
function compare(sign: string, left: Json | undefined, right: Json | undefined, context: Context): boolean {
  if (sign === ">" || sign === ">=") return compare(sign.replace(">", "<"), right, left, context);
  if (sign === "!=") return !areEqual(left, right, context);
  if (sign !== "<" && areEqual(left, right, context)) return true;
  if (sign === "==") return false;
  const haveOrder = typeof left === typeof right && (typeof left === "number" || typeof left === "string");
  return haveOrder && (left ?? 0) < (right ?? 0);
}

function areEqual(a: Json | undefined, b: Json | undefined, context: Context): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const one = new Map(Object.entries(a));
  const other = new Map(Object.entries(b));
  spend(one.size + other.size, context);
  return (
    one.size === other.size &&
    [...one].every(([key, value]) => other.has(key) && areEqual(value, other.get(key), context))
  );
}

function readString(cursor: Cursor): string | undefined {
  const [whole, double, single] = match(cursor, STRING) ?? [];
  if (whole === undefined) return undefined;
  return (double ?? single ?? "").replace(
    /\\(?:u([0-9a-f]{4})|(.))/gi,
    (_, code: string | undefined, character = "") =>
      code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  const lexer = new RegExp(pattern);
  lexer.lastIndex = cursor.at;
  const found = lexer.exec(cursor.text);
  if (found === null) return undefined;
  cursor.at = lexer.lastIndex;
  return found;
}

function takes(cursor: Cursor, text: string): boolean {
  const isThere = cursor.text.startsWith(text, cursor.at);
  if (isThere) cursor.at += text.length;
  return isThere;
}

function skipSpace(cursor: Cursor): void {
  match(cursor, /\s*/y);
}

function fail(cursor: Cursor, advice: string): never {
  const rest = JSON.stringify(cursor.text.slice(cursor.at, cursor.at + 20));
  throw new Error(`Cannot read the query at ${rest} (position ${cursor.at}): ${advice}`);
}
