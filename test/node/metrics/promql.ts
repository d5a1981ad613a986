/** A series that a query asks for. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels of `by (…)`. */
  readonly grouped: readonly string[];
}

const FUNCTIONS = new Set(["sum", "max", "rate", "increase", "histogram_quantile", "time"]);
const WORDS = new Set(["and", "or", "unless", "by"]);
const TOKEN =
  /\s*(?:(?<name>[a-zA-Z_:][\w:]*)|(?<number>\d+(?:\.\d+)?(?:e\d+)?)|(?<text>"(?:[^"\\]|\\.)*")|(?<range>\[(?:\d+[smhd]|\$__rate_interval)\])|(?<sign>=~|!~|!=|==|>=|<=|[-+*/(){},=<>]))/y;

/** Reads the part of PromQL that our files use; anything else is an error. */
export function readQuery(expression: string): Query {
  const tokens = tokensOf(expression);
  const selectors: Selector[] = [];
  const grouped: string[] = [];
  let depth = 0;
  let at = 0;
  const next = () => tokens[at++] ?? "";
  const expect = (wanted: string) => {
    const got = next();
    if (got !== wanted) throw new Error(`${wanted} is expected where ${got} stands in ${expression}`);
  };
  while (at < tokens.length) {
    const token = next();
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (depth < 0) throw new Error(`Too many ) in ${expression}`);
    if (!/^[a-zA-Z_:]/.test(token)) continue;
    if (token === "by") {
      expect("(");
      while (tokens[at] !== ")") {
        const label = next();
        if (label !== ",") grouped.push(label);
        if (label === "") throw new Error(`by ( has no end in ${expression}`);
      }
      expect(")");
    } else if (tokens[at] === "(" || tokens[at] === "by") {
      if (!FUNCTIONS.has(token) && !WORDS.has(token))
        throw new Error(`${token} is no function: ${expression}`);
    } else if (!WORDS.has(token)) {
      const matchers = [];
      if (tokens[at] === "{") {
        do {
          at += 1;
          const [label, operator, value] = [next(), next(), next()];
          if (!["=", "!=", "=~", "!~"].includes(operator)) throw new Error(`No matcher in ${expression}`);
          matchers.push({ label, operator, value: JSON.parse(value) as string });
        } while (tokens[at] === ",");
        expect("}");
      }
      selectors.push({ metric: token, matchers });
    }
  }
  if (depth !== 0) throw new Error(`Too few ) in ${expression}`);
  return { selectors, grouped };
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = expression.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (found === null) throw new Error(`Not understood: ${expression.slice(from)}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}
