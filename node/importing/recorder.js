/**
 * Writes down what the functions of the user's own modules are called with and what they return, while the user's own
 * tests run. Its text is put into each recorded module, so it may use nothing from outside itself.
 *
 * One line of JSON for each call: `{ f, a, r, n?, m?, p? }` (which function, arguments, result, nested, arguments changed, promised), or
 * `{ f, x }`: a call that cannot be written down, and why. What JSON has no form for is `{ "$": kind, "v": … }`.
 *
 * @param {{ folder: string, calls: number, nested: number, tries: number, characters: number }} options
 * @returns {(index: number, value: unknown, name?: string) => unknown} wraps a function; leaves other values as they are
 */
export function createRecorder({ folder, calls, nested, tries, characters }) {
  const builtin = (name) => process.getBuiltinModule?.(name) ?? require(name);
  const { appendFileSync } = builtin("node:fs");
  const file = `${folder}/${process.pid}-${Math.trunc(performance.now() * 1000)}-${Object.keys(globalThis).length}.jsonl`;
  const { stringify } = JSON;
  const wrapped = new WeakSet();
  const seen = new Map();
  let depth = 0;
  /** Objects of the arguments that are being written. */
  let met;

  class Unwritable extends Error {}
  const refuse = (why) => {
    throw new Unwritable(why);
  };

  function encode(value, holders) {
    switch (typeof value) {
      case "string":
        return value.isWellFormed() ? value : refuse("half a surrogate pair");
      case "boolean":
        return value;
      case "number":
        if (Number.isFinite(value)) return Object.is(value, -0) ? { $: "-0" } : value;
        return { $: String(value) };
      case "undefined":
        return { $: "undefined" };
      case "object":
        return value === null ? null : encodeObject(value, holders);
      default:
        return refuse(typeof value);
    }
  }

  function encodeObject(value, holders) {
    if (holders.includes(value)) refuse("cycle");
    // In JSON it would be two objects, and some functions ask whether it is one.
    if (met?.has(value)) refuse("one object in two places");
    met?.add(value);
    if (holders.length > 20) refuse("deep");
    const inside = [...holders, value];
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    const prototype = Object.getPrototypeOf(value);
    const maker = prototype?.constructor?.name;
    if (Array.isArray(value)) {
      if (maker !== "Array") refuse(`an instance of ${maker}`);
      if (value.length > characters) refuse("large");
      const items = [];
      for (let at = 0; at < value.length; at++)
        items.push(at in value ? encode(value[at], inside) : refuse("an array with holes"));
      if (Object.keys(value).length !== value.length) refuse("an array with properties");
      return items;
    }
    if (tag === "Date" && (maker === "Date" || maker === "ClockDate"))
      return {
        $: "date",
        v: Number.isNaN(Date.prototype.getTime.call(value))
          ? "Invalid Date"
          : Date.prototype.toISOString.call(value),
      };
    if ((tag === "Set" || tag === "Map") && maker === tag) {
      if (value.size > characters) refuse("large");
      return { $: tag.toLowerCase(), v: [...value].map((item) => encode(item, inside)) };
    }
    if (tag !== "Object" || (prototype !== null && !Object.hasOwn(prototype, "hasOwnProperty")))
      refuse(maker === "Object" || maker === undefined ? tag : `an instance of ${maker}`);
    if (Object.getOwnPropertySymbols(value).length > 0) refuse("a symbol");
    const entries = [];
    for (const key of Object.getOwnPropertyNames(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (!("value" in property) || !property.enumerable || key === "__proto__")
        refuse("an object with accessors or hidden properties");
      entries.push([key, encode(property.value, inside)]);
      if (entries.length > characters) refuse("large");
    }
    const plain = Object.fromEntries(entries);
    return Object.hasOwn(plain, "$") ? { $: "object", v: plain } : plain;
  }

  function written(value) {
    try {
      const text = stringify(encode(value, []));
      return text.length > characters ? { why: "large" } : { text };
    } catch (error) {
      return { why: error instanceof Unwritable ? error.message : "an object that cannot be read" };
    }
  }

  function tell(counts, line) {
    if (counts.lines.has(line)) return;
    counts.lines.add(line);
    try {
      appendFileSync(file, `${line}\n`);
    } catch {
      // The tests go on; what is missing is seen at the end.
    }
  }

  function record(index, counts, before, args, result, inner, promised) {
    const after = written(args);
    const answer = written(result);
    const why = before.why === undefined ? answer.why : before.why;
    if (why !== undefined) {
      const where = before.why === undefined ? "r" : "a";
      tell(counts, stringify({ f: index, x: why, w: where }));
      return;
    }
    const changed = after.text === before.text ? "" : ',"m":1';
    const line = `{"f":${index},"a":${before.text},"r":${answer.text}${inner ? ',"n":1' : ""}${changed}${promised ? ',"p":1' : ""}}`;
    if (inner) counts.nested += 1;
    tell(counts, line);
  }

  return function wrap(index, value, name) {
    if (typeof value !== "function" || wrapped.has(value)) return value;
    if (name !== undefined && value.name === "")
      Object.defineProperty(value, "name", { value: name, configurable: true });
    let counts = seen.get(index);
    if (counts === undefined) {
      counts = { lines: new Set(), nested: 0, tries: 0 };
      seen.set(index, counts);
    }
    const proxy = new Proxy(value, {
      apply(target, self, args) {
        const inner = depth > 0;
        if (counts.lines.size >= calls || (inner && counts.nested >= nested) || counts.tries >= tries)
          return Reflect.apply(target, self, args);
        // Loops call some functions a million times.
        counts.tries += inner ? 1 : 0.1;
        met = new WeakSet();
        const before = written(args);
        met = undefined;
        depth += 1;
        let result;
        try {
          result = Reflect.apply(target, self, args);
        } finally {
          depth -= 1;
        }
        if (
          typeof result?.then === "function" &&
          Object.prototype.toString.call(result) === "[object Promise]"
        )
          result.then(
            (answer) => record(index, counts, before, args, answer, inner, true),
            () => undefined,
          );
        else record(index, counts, before, args, result, inner, false);
        return result;
      },
    });
    wrapped.add(proxy);
    return proxy;
  };
}
