type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };
type DiffJsonInput = { before: Json; after: Json; ignoreKeys?: string[] };
type Change = { op: "add" | "remove" | "replace"; path: string; value?: Json; was?: Json };
type DiffJsonOutput = { equal: boolean; changes: Change[] };

/** A JSON Patch (RFC 6902) that turns one value into the other; `was` holds what was there, and appliers ignore it. */
export default function diffJson(input: DiffJsonInput): DiffJsonOutput {
  const changes = diff(input.before, input.after, "", new Set(input.ignoreKeys ?? []));
  return { equal: changes.length === 0, changes };
}

function diff(before: Json, after: Json, path: string, ignored: ReadonlySet<string>): Change[] {
  if (Array.isArray(before) && Array.isArray(after)) return diffArrays(before, after, path, ignored);
  if (isObject(before) && isObject(after)) return diffObjects(before, after, path, ignored);
  return before === after ? [] : [{ op: "replace", path, value: after, was: before }];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function diffObjects(
  before: JsonObject,
  after: JsonObject,
  path: string,
  ignored: ReadonlySet<string>,
): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !ignored.has(key),
  );
  // Sorted, because JSON objects promise no order and the same two values must give the same changes.
  return keys.sort().flatMap((key): Change[] => {
    const inner = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const value = Object.hasOwn(after, key) ? after[key] : undefined;
    if (was === undefined) return value === undefined ? [] : [{ op: "add", path: inner, value }];
    return value === undefined ? [{ op: "remove", path: inner, was }] : diff(was, value, inner, ignored);
  });
}

/** Leaves equal items at both ends alone, so that one insertion is one change and not a shift of everything. */
function diffArrays(before: Json[], after: Json[], path: string, ignored: ReadonlySet<string>): Change[] {
  const areEqual = (a: Json | undefined, b: Json | undefined) =>
    a !== undefined && b !== undefined && diff(a, b, "", ignored).length === 0;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (areEqual(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && areEqual(before.at(-1 - end), after.at(-1 - end))) end += 1;
  const old = before.slice(start, before.length - end);
  const fresh = after.slice(start, after.length - end);
  const changes: Change[] = [];
  for (const [index, value] of fresh.entries()) {
    const was = old[index];
    const inner = `${path}/${start + index}`;
    if (was === undefined) changes.push({ op: "add", path: inner, value });
    else changes.push(...diff(was, value, inner, ignored));
  }
  // From the last to the first: each removal leaves the positions before it as they are.
  for (const [index, was] of [...old.entries()].slice(fresh.length).reverse()) {
    changes.push({ op: "remove", path: `${path}/${start + index}`, was });
  }
  return changes;
}
