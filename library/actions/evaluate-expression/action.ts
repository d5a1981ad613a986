type EvaluateExpressionInput = { expression: string; variables?: Record<string, number> };
type EvaluateExpressionOutput = { value: number };
type Token = { text: string; at: number };
type Parser = { tokens: Token[]; next: number; depth: number; variables: Map<string, number> };
type Callable = { least: number; most: number; run: (...values: number[]) => number };

const MOST_DEPTH = 200;
const MOST_ARGUMENTS = 100;
const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-z_]\w*|\*\*|\S/gi;
const SPELLINGS = new Map([
  ["**", "^"],
  ["×", "*"],
  ["·", "*"],
  ["÷", "/"],
  ["−", "-"],
]);
const LEVELS = new Map([
  ["+", 1],
  ["-", 1],
  ["*", 2],
  ["/", 2],
  ["%", 2],
]);
const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
  ["tau", 2 * Math.PI],
]);

const { abs, sqrt, cbrt, exp, log10, log2, floor, ceil, trunc, sign } = Math;
const { sin, cos, tan, asin, acos, atan, sinh, cosh, tanh } = Math;
const OF_ONE = { abs, sqrt, cbrt, exp, ln: Math.log, log10, log2, floor, ceil, trunc, sign };
const OF_ANGLES = { sin, cos, tan, asin, acos, atan, sinh, cosh, tanh };
const FUNCTIONS = new Map<string, Callable>([
  ...Object.entries({ ...OF_ONE, ...OF_ANGLES }).map(([name, run]): [string, Callable] => [
    name,
    { least: 1, most: 1, run },
  ]),
  ["round", { least: 1, most: 2, run: round }],
  ["log", { least: 2, most: 2, run: logarithm }],
  ["atan2", { least: 2, most: 2, run: (y = 0, x = 0) => Math.atan2(y, x) }],
  ["min", { least: 1, most: MOST_ARGUMENTS, run: Math.min }],
  ["max", { least: 1, most: MOST_ARGUMENTS, run: Math.max }],
  ["hypot", { least: 1, most: MOST_ARGUMENTS, run: Math.hypot }],
]);

/** Reads and computes at once, by recursive descent; nothing is run as code. */
export default function evaluateExpression({
  expression,
  variables = {},
}: EvaluateExpressionInput): EvaluateExpressionOutput {
  const tokens = [...expression.matchAll(TOKEN)].map(({ 0: text, index }) => ({
    text: SPELLINGS.get(text) ?? text,
    at: index + 1,
  }));
  tokens.push({ text: "", at: expression.length + 1 });
  const parser = { tokens, next: 0, depth: 0, variables: new Map(Object.entries(variables)) };
  const value = sum(parser, 1);
  const rest = peek(parser);
  if (rest.text !== "") throw unexpected(rest);
  return { value };
}

/** Operators of at least this level, from left to right. */
function sum(parser: Parser, level: number): number {
  let left = signed(parser);
  for (;;) {
    const operator = peek(parser);
    const found = LEVELS.get(operator.text) ?? 0;
    if (found < level) return left;
    parser.next += 1;
    left = finite(compute(operator.text, left, sum(parser, found + 1)), operator);
  }
}

function compute(operator: string, a: number, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  return operator === "/" ? a / b : remainder(a, b);
}

/** With the sign of the divisor, as in spreadsheets. */
function remainder(a: number, b: number): number {
  const rest = a % b;
  return rest * b < 0 ? rest + b : rest;
}

/** A sign binds less than a power: -2^2 is -4. */
function signed(parser: Parser): number {
  parser.depth += 1;
  const token = peek(parser);
  if (parser.depth > MOST_DEPTH)
    throw new Error(`Nested too deeply at character ${token.at}: split the expression`);
  const isSign = token.text === "-" || token.text === "+";
  if (isSign) parser.next += 1;
  const value = isSign ? signed(parser) : power(parser);
  parser.depth -= 1;
  return token.text === "-" ? -value : value;
}

/** From right to left: 2^3^2 is 2^9. */
function power(parser: Parser): number {
  const base = primary(parser);
  const token = peek(parser);
  if (token.text !== "^") return base;
  parser.next += 1;
  return finite(base ** signed(parser), token);
}

function primary(parser: Parser): number {
  const token = peek(parser);
  parser.next += 1;
  if (/^[\d.]+/.test(token.text) && token.text !== ".") return finite(Number(token.text), token);
  if (token.text === "(") {
    const value = sum(parser, 1);
    take(parser, ")");
    return value;
  }
  if (!/^[a-z_]/i.test(token.text)) throw unexpected(token);
  return peek(parser).text === "(" ? call(parser, token) : named(parser, token);
}

function named({ variables }: Parser, { text, at }: Token): number {
  const value = variables.get(text) ?? CONSTANTS.get(text);
  if (value === undefined)
    throw new Error(`${text} at character ${at} is not known: give its value in variables`);
  return value;
}

function call(parser: Parser, name: Token): number {
  const found = FUNCTIONS.get(name.text);
  if (found === undefined) {
    throw new Error(
      `${name.text} at character ${name.at} is no function; there are ${[...FUNCTIONS.keys()].join(", ")}`,
    );
  }
  const values: number[] = [];
  do {
    parser.next += 1;
    values.push(sum(parser, 1));
  } while (peek(parser).text === ",");
  take(parser, ")");
  if (values.length < found.least || values.length > found.most) {
    throw new Error(
      `${name.text} at character ${name.at} takes ${found.least} to ${found.most} values, not ${values.length}`,
    );
  }
  return finite(found.run(...values), name);
}

/** A quotient of logarithms misses whole results: log(1000, 10) would be 2.9999999999999996. */
function logarithm(value = 0, base = 0): number {
  const quotient = Math.log(value) / Math.log(base);
  const whole = Math.round(quotient);
  return base ** whole === value ? whole : quotient;
}

/** Halves away from zero, in the digits as written; of more than fifteen before the point none is dust. */
function round(value = 0, decimals = 0): number {
  const exact = Math.abs(value) * 10 ** decimals;
  const scaled = exact < 1e15 ? Number(exact.toPrecision(15)) : exact;
  return (Math.sign(value) * Math.round(scaled)) / 10 ** decimals;
}

function peek({ tokens, next }: Parser): Token {
  return tokens[next] as Token;
}

function take(parser: Parser, text: string): void {
  const token = peek(parser);
  if (token.text !== text) throw unexpected(token, text);
  parser.next += 1;
}

function unexpected({ text, at }: Token, wanted = "a number, a name or an operator"): Error {
  return new Error(
    `${text === "" ? "The end" : text} at character ${at} is not expected: there should be ${wanted}`,
  );
}

function finite(value: number, { text, at }: Token): number {
  if (!Number.isFinite(value)) throw new Error(`${text} at character ${at} has no finite result`);
  return value;
}
