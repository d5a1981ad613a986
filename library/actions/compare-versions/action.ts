type CompareVersionsInput = { versions: string[]; range?: string; includePrereleases?: boolean };
type CompareVersionsOutput = {
  sorted: string[];
  newest: string;
  order: -1 | 0 | 1 | null;
  matching: string[] | null;
};
type Version = { text: string; numbers: number[]; prerelease: string[] };
type Bound = { operator: string; version: Version };

const VERSION =
  /^[v=\s]*(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(?:-((?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*))*))?(?:\+[0-9a-z.-]+)?$/i;
/** A version of which the later parts may be missing or x. */
const PARTIAL =
  /^(\^|~>?|>=|<=|>|<|=)?\s*v?([\dx*]+)(?:\.([\dx*]+))?(?:\.([\dx*]+))?(-[0-9a-z.-]+)?(?:\+[0-9a-z.-]+)?$/i;
const NOTHING: Bound = { operator: "<", version: versionOf([], "0") };
const PART = /^(?:0|[1-9]\d{0,14}|[x*])$/i;

/** Sorts semantic versions (SemVer 2.0.0) and tells which of them a range such as "^1.2 || >=3 <4" allows. */
export default function compareVersions(input: CompareVersionsInput): CompareVersionsOutput {
  const versions = input.versions.map(parseVersion);
  const sorted = versions.toSorted(compare);
  const [first, second] = versions;
  const texts = (list: Version[]) => list.map(({ text }) => text);
  return {
    sorted: texts(sorted),
    newest: sorted.at(-1)?.text ?? "",
    order:
      first !== undefined && second !== undefined && versions.length === 2 ? compare(first, second) : null,
    matching:
      input.range === undefined
        ? null
        : texts(sorted.filter(matcher(input.range, input.includePrereleases ?? false))),
  };
}

function parseVersion(text: string): Version {
  const match = VERSION.exec(text.trim());
  if (match === null)
    throw new Error(`${JSON.stringify(text)} is no semantic version: write it like 1.4.0 or 2.0.0-beta.1`);
  return { text, numbers: match.slice(1, 4).map(Number), prerelease: match[4]?.split(".") ?? [] };
}

/** Build metadata after + does not count. */
function compare(a: Version, b: Version): -1 | 0 | 1 {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0;
    if (number !== other) return number < other ? -1 : 1;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** A release comes after its prereleases; numbers before words; of equal beginnings the shorter first. */
function comparePrereleases(a: string[], b: string[]): -1 | 0 | 1 {
  if (a.length === 0 || b.length === 0) return sign(b.length - a.length);
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)];
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    // Without leading zeros, the longer of two numbers is the larger.
    if (isNumber && part.length !== other.length) return sign(part.length - other.length);
    return part < other ? -1 : 1;
  }
  return sign(a.length - b.length);
}

function sign(value: number): -1 | 0 | 1 {
  if (value === 0) return 0;
  return value < 0 ? -1 : 1;
}

/** The rules of npm: a prerelease fits only beside a bound of the same three numbers, unless all are wanted. */
function matcher(range: string, withPrereleases: boolean): (version: Version) => boolean {
  const sets = range.split("||").map((set) => boundsOf(set.trim(), withPrereleases ? "0" : ""));
  const fits = (version: Version, bounds: Bound[]) => {
    if (!bounds.every((bound) => isWithin(version, bound))) return false;
    if (version.prerelease.length === 0 || withPrereleases) return true;
    return bounds.some(
      ({ version: bound }) => bound.prerelease.length > 0 && `${bound.numbers}` === `${version.numbers}`,
    );
  };
  return (version) => sets.some((bounds) => fits(version, bounds));
}

function isWithin(version: Version, { operator, version: bound }: Bound): boolean {
  const order = compare(version, bound);
  switch (operator) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    default:
      return order === 0;
  }
}

/** With `lowest` as the prerelease of versions of which parts are missing: 1.2 begins at 1.2.0, or at 1.2.0-0. */
function boundsOf(set: string, lowest: string): Bound[] {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(set);
  if (hyphen !== null) return [...simple(`>=${hyphen[1]}`, lowest), ...simple(`<=${hyphen[2]}`, lowest)];
  const parts = set.replace(/([\^~<>=]+)\s+/g, "$1").split(/[\s,]+/);
  return parts.flatMap((part) => simple(part === "" ? "*" : part, lowest));
}

/** One comparison of a range as one or two bounds. */
function simple(part: string, lowest: string): Bound[] {
  const [, operator = "", ...rest] = PARTIAL.exec(part) ?? [];
  const given = rest.slice(0, 3).filter((text) => text !== undefined);
  if (given.length === 0 || !given.every((text) => PART.test(text))) {
    throw new Error(
      `Cannot read ${JSON.stringify(part)} in the range: write it like ^1.2.3, ~1.2, >=1.0.0 <2.0.0 or 1.x`,
    );
  }
  const open = given.findIndex((text) => /[x*]/i.test(text));
  const numbers = given.slice(0, open < 0 ? 3 : open).map(Number);
  if (numbers.length === 0) return operator === "<" || operator === ">" ? [NOTHING] : [];
  const isWhole = numbers.length === 3;
  const version = versionOf(numbers, isWhole ? (rest[3] ?? "").slice(1) : lowest);
  const least: Bound = { operator: ">=", version };
  /** Below the next one: 1.2 with length 1 gives <2.0.0-0, which leaves out the prereleases of 2.0.0 too. */
  const below = (length: number): Bound => ({
    operator: "<",
    version: versionOf(raise(numbers, length), "0"),
  });
  if (operator === ">=") return [least];
  if (operator === "^") {
    const fixed = numbers.findIndex((number) => number > 0);
    return [least, below(fixed < 0 ? numbers.length : fixed + 1)];
  }
  if (operator.startsWith("~")) return [least, below(Math.min(2, numbers.length))];
  if (isWhole) return [{ operator: operator || "=", version }];
  if (operator === "<") return [{ operator, version: versionOf(numbers, "0") }];
  const next = below(numbers.length);
  if (operator === "<=") return [next];
  return operator === ">"
    ? [{ operator: ">=", version: versionOf(raise(numbers, numbers.length), lowest) }]
    : [least, next];
}

function versionOf(numbers: number[], prerelease: string): Version {
  const [major = 0, minor = 0, patch = 0] = numbers;
  return {
    text: "",
    numbers: [major, minor, patch],
    prerelease: prerelease === "" ? [] : prerelease.split("."),
  };
}

/** The first so many numbers, the last of them one higher. */
function raise(numbers: number[], length: number): number[] {
  return numbers.slice(0, length).map((number, index) => (index === length - 1 ? number + 1 : number));
}
