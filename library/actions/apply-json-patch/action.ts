type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Operation = {
  op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  path: string;
  from?: string;
  value?: Json;
};
type ApplyJsonPatchInput = { document: Json; patch: Operation[] };
type ApplyJsonPatchOutput = { document: Json };
/** The document hangs below a holder, so that its root can be replaced like any member. */
type Holder = { root: { [key: string]: Json }; copied: number };

/** Where a value is or would be: an item of a list or a member of an object. */
type Place = { list: Json[]; index: number } | { members: { [key: string]: Json }; name: string };

const MAX_COPIED = 500_000;

/** Applies a JSON Patch (RFC 6902): all operations in order, or none, because the first one that fails ends it. */
export default function applyJsonPatch(input: ApplyJsonPatchInput): ApplyJsonPatchOutput {
  const holder: Holder = { root: { document: structuredClone(input.document) }, copied: 0 };
  for (const [index, operation] of input.patch.entries()) {
    try {
      apply(holder, operation);
    } catch (error) {
      const problem = error instanceof Error ? error.message : "it cannot be applied";
      throw new Error(`Operation ${index} (${operation.op} ${JSON.stringify(operation.path)}): ${problem}`);
    }
  }
  return { document: holder.root.document ?? null };
}

function apply(holder: Holder, operation: Operation): void {
  const { op, path } = operation;
  if (op === "add") add(holder, path, givenValue(operation));
  else if (op === "remove") remove(holder, path);
  else if (op === "copy") add(holder, path, copyOf(holder, read(holder, source(operation))));
  else if (op === "move") move(holder, source(operation), path);
  else if (op === "replace") {
    read(holder, path);
    put(find(holder, path), givenValue(operation));
  } else if (!areEqual(read(holder, path), givenValue(operation))) {
    throw new Error("the value there is another one");
  }
}

function move(holder: Holder, from: string, path: string): void {
  if (path.startsWith(`${from}/`)) throw new Error("a value cannot move into itself");
  const value = read(holder, from);
  if (path === from) return;
  remove(holder, from);
  add(holder, path, value);
}

/** Copies of copies would double the document each time. */
function copyOf(holder: Holder, value: Json): Json {
  holder.copied += JSON.stringify(value).length;
  if (holder.copied > MAX_COPIED)
    throw new Error(`the copies are longer than ${MAX_COPIED} characters of JSON`);
  return structuredClone(value);
}

function givenValue({ value }: Operation): Json {
  if (value === undefined) throw new Error('it needs a "value"');
  return structuredClone(value);
}

function source({ from }: Operation): string {
  if (from === undefined) throw new Error('it needs "from", the path to take the value from');
  return from;
}

/** The place that a JSON Pointer (RFC 6901) names; everything above it has to exist. */
function find(holder: Holder, pointer: string): Place {
  if (pointer !== "" && !pointer.startsWith("/"))
    throw new Error(`${JSON.stringify(pointer)} must begin with /`);
  let place: Place = { members: holder.root, name: "document" };
  for (const token of pointer.split("/").slice(1)) {
    if (/~(?![01])/.test(token))
      throw new Error(`${JSON.stringify(token)} has a ~ that is neither ~0 nor ~1`);
    place = step(get(place), token.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return place;
}

function step(parent: Json | undefined, name: string): Place {
  if (typeof parent !== "object" || parent === null) throw new Error(`nothing holds ${JSON.stringify(name)}`);
  if (!Array.isArray(parent)) return { members: parent, name };
  if (name === "-") return { list: parent, index: parent.length };
  if (!/^(?:0|[1-9][0-9]*)$/.test(name)) throw new Error(`${JSON.stringify(name)} is no index of a list`);
  return { list: parent, index: Number(name) };
}

function get(place: Place): Json | undefined {
  if ("list" in place) return place.list[place.index];
  return Object.hasOwn(place.members, place.name) ? place.members[place.name] : undefined;
}

function read(holder: Holder, pointer: string): Json {
  const value = get(find(holder, pointer));
  if (value === undefined) throw new Error(`there is nothing at ${JSON.stringify(pointer)}`);
  return value;
}

function put(place: Place, value: Json): void {
  if ("list" in place) place.list[place.index] = value;
  // A plain assignment to __proto__ would not make a member.
  else
    Object.defineProperty(place.members, place.name, {
      value,
      enumerable: true,
      configurable: true,
    });
}

function add(holder: Holder, pointer: string, value: Json): void {
  const place = find(holder, pointer);
  if (!("list" in place)) {
    put(place, value);
    return;
  }
  if (place.index > place.list.length) throw new Error(`the list has only ${place.list.length} items`);
  place.list.splice(place.index, 0, value);
}

function remove(holder: Holder, pointer: string): void {
  read(holder, pointer);
  if (pointer === "") throw new Error("the whole document cannot be removed: replace it");
  const place = find(holder, pointer);
  if ("list" in place) place.list.splice(place.index, 1);
  else delete place.members[place.name];
}

/** The order of an object's members does not count. */
function areEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const one = new Map(Object.entries(a));
  const other = new Map(Object.entries(b));
  return (
    one.size === other.size &&
    [...one].every(([key, value]) => other.has(key) && areEqual(value, other.get(key)))
  );
}
