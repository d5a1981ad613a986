type MatchGlobInput = { paths: string[]; patterns: string[]; hidden?: boolean; ignoreCase?: boolean };
type MatchGlobOutput = { matches: string[]; unusedPatterns: string[] };
type Token = "star" | { isNegated: boolean; ranges: [from: string, to: string][] };
type Segment = "globstar" | Token[];
type Pattern = { text: string; isNegated: boolean; alternatives: Segment[][] };

const MAX_ALTERNATIVES = 100;

/** Which paths the patterns pick: the last one that fits a path decides, and ! in front of it leaves the path out. */
export default function matchGlob(input: MatchGlobInput): MatchGlobOutput {
  const hidden = input.hidden ?? false;
  const fold = (text: string) => (input.ignoreCase ? text.toLowerCase() : text);
  const patterns = input.patterns.map((text) => readPattern(text, fold));
  const used = new Set<Pattern>();
  const matches = input.paths.filter((path) => {
    const segments = fold(path)
      .split("/")
      .filter((segment) => segment !== "" && segment !== ".");
    const fitting = patterns.filter(({ alternatives }) =>
      alternatives.some((one) => fitsPath(one, segments, hidden)),
    );
    for (const pattern of fitting) used.add(pattern);
    const last = fitting.at(-1);
    return last === undefined ? (patterns[0]?.isNegated ?? false) : !last.isNegated;
  });
  return {
    matches,
    unusedPatterns: patterns.filter((pattern) => !used.has(pattern)).map(({ text }) => text),
  };
}

function readPattern(text: string, fold: (text: string) => string): Pattern {
  const isNegated = text.startsWith("!");
  const alternatives = expandBraces(fold(isNegated ? text.slice(1) : text));
  return { text, isNegated, alternatives: alternatives.map(readSegments) };
}

/** a{b,c} to ab and ac, from the innermost braces outward. */
function expandBraces(pattern: string): string[] {
  const open = [pattern];
  const done: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const braces = /^((?:\\.|[^\\])*?)\{((?:\\.|[^\\{}])*,(?:\\.|[^\\{}])*)\}(.*)$/s.exec(next);
    if (braces === null) done.push(next);
    else open.push(...(braces[2] ?? "").split(/(?<!\\),/).map((inner) => `${braces[1]}${inner}${braces[3]}`));
    if (open.length + done.length > MAX_ALTERNATIVES) {
      throw new Error(
        `The pattern ${JSON.stringify(pattern)} stands for more than ${MAX_ALTERNATIVES} patterns: use fewer braces`,
      );
    }
  }
  return done.reverse();
}

function readSegments(pattern: string): Segment[] {
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  const segments = parts.map((part): Segment => (part === "**" ? "globstar" : readTokens(part)));
  // What ends in ** means everything inside, not the folder itself.
  return segments.at(-1) === "globstar" ? [...segments, ["star"]] : segments;
}

function readTokens(segment: string): Token[] {
  return (segment.match(/\\.|\[[!^]?\]?(?:\\.|[^\]\\])*\]|./gsu) ?? []).map((piece): Token => {
    if (piece === "*") return "star";
    if (piece === "?") return { isNegated: true, ranges: [] };
    if (piece.length > 2 && piece.startsWith("[")) return readSet(piece.slice(1, -1));
    const character = piece.replace(/^\\(?=.)/su, "");
    return { isNegated: false, ranges: [[character, character]] };
  });
}

function readSet(inner: string): Token {
  const isNegated = /^[!^]/.test(inner);
  const ranges = inner.slice(isNegated ? 1 : 0).matchAll(/\\?(.)(?:-\\?(.))?/gsu);
  return { isNegated, ranges: [...ranges].map(([, from = "", to = from]) => [from, to]) };
}

function fitsPath(pattern: Segment[], segments: string[], hidden: boolean): boolean {
  const isHidden = (name: string) => !hidden && name.startsWith(".");
  return wildcard(
    segments,
    pattern,
    (segment) => segment === "globstar",
    (segment, name) => segment !== "globstar" && fitsName(segment, name, isHidden),
    (name) => !isHidden(name),
  );
}

/** A dot at the front of a hidden name has to be written in the pattern. */
function fitsName(tokens: Token[], name: string, isHidden: (name: string) => boolean): boolean {
  const [first] = tokens;
  if (isHidden(name) && (first === undefined || first === "star" || first.isNegated)) return false;
  return wildcard(
    [...name],
    tokens,
    (token) => token === "star",
    (token, character) =>
      token !== "star" &&
      token.ranges.some(([from, to]) => from <= character && character <= to) !== token.isNegated,
    () => true,
  );
}

/** Items against tokens of which some stand for any number of items; only the last such one is ever tried again. */
function wildcard<T, P>(
  items: T[],
  tokens: P[],
  isStar: (token: P) => boolean,
  fits: (token: P, item: T) => boolean,
  mayTake: (item: T) => boolean,
): boolean {
  let token = 0;
  let star = -1;
  let taken = 0;
  for (let index = 0; index < items.length; ) {
    const current = tokens[token];
    const item = items[index] as T;
    if (current !== undefined && isStar(current)) {
      star = token;
      taken = index;
      token += 1;
    } else if (current !== undefined && fits(current, item)) {
      token += 1;
      index += 1;
    } else {
      if (star < 0 || !mayTake(items[taken] as T)) return false;
      taken += 1;
      index = taken;
      token = star + 1;
    }
  }
  return tokens.slice(token).every(isStar);
}
