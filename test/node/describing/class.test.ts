import type { DescribedMethod, Json } from "@action-collective/protocol";
import { afterAll, describe, expect, test } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

async function told(code: string, name: string, language: "typescript" | "javascript" = "typescript") {
  const described = await analysis.describe({ code, language, class: name });
  const methods = new Map((described.methods ?? []).map((one) => [one.method, one]));
  return { ...described, methods };
}

/** One method as a class of its own has it. */
async function method(text: string, before = ""): Promise<DescribedMethod> {
  const { methods } = await told(
    `${before}\nexport class One extends Agent {\n  /** Does it. */\n  ${text}\n}`,
    "One",
  );
  const [only, ...more] = methods.values();
  if (only === undefined || more.length > 0) throw new Error(`${methods.size} methods are told`);
  return only;
}

const closed = (properties: Record<string, Json>, required: string[] = Object.keys(properties)): Json => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});

const LIBRARIAN = `
import { Agent, type ActionContext, type Json, type Message } from "action-collective/agents";

/** What is on a shelf. */
interface Book {
  title: string;
  /** Each with its family name last. */
  authors: string[];
  /** @integer */
  year?: number;
  sequels?: Book[];
}

type Found = Book | null | Promise<Book | null>;

/** Knows where every book stands. */
export class Librarian extends Agent {
  static override readonly actions = { find: { name: "find_book" } };
  static shelf(n: number): string { return ""; }
  readonly capacity = 12;
  get size(): number { return 1; }
  #books: Book[] = [];
  private _index = new Map();
  constructor(id: string) { super(id); }

  /**
   * Finds a book.
   * @param input.title as on the cover
   * @returns the first that fits
   */
  find({ title, exact = false }: { title: string; exact?: boolean }, receiving: ActionContext): Found {
    return null;
  }

  /** Every book of an author, the oldest first. */
  async *list(input: { author: string }): AsyncGenerator<Book, void> {}

  /** Says hello. */
  chat = async (text: string): Promise<string> => text;

  inform(content: Json): void {}
  /** Hands it on. */
  async *proxy(wanted: Json): AsyncIterable<Message<{ n: number }>> {}
  count() { return 3; }

  private hidden(input: string): string { return input; }
  protected guarded(input: string): string { return input; }
  #secret(input: string): string { return input; }
  _own(input: string): string { return input; }
}
`;

test("the public methods of a class, with what they take and answer", async () => {
  const { methods, problems } = await told(LIBRARIAN, "Librarian");
  expect(problems).toEqual([]);
  expect([...methods.keys()]).toEqual(["find", "list", "chat", "inform", "proxy", "count"]);
  const book: Json = { $ref: "#/$defs/Book" };
  const $defs: Json = {
    Book: closed(
      {
        title: { type: "string" },
        authors: {
          type: "array",
          items: { type: "string" },
          description: "Each with its family name last.",
        },
        year: { type: "integer" },
        sequels: { type: "array", items: book },
      },
      ["title", "authors"],
    ),
  };
  expect(methods.get("find")).toEqual({
    method: "find",
    description: "Finds a book.",
    input: closed(
      {
        title: { type: "string", description: "as on the cover" },
        exact: { type: "boolean", default: false },
      },
      ["title"],
    ),
    output: { anyOf: [book, { type: "null" }], description: "the first that fits", $defs },
    streams: false,
    problems: [],
  });
  expect(methods.get("list")).toEqual({
    method: "list",
    description: "Every book of an author, the oldest first.",
    input: closed({ author: { type: "string" } }),
    output: { ...(book as object), $defs },
    streams: true,
    problems: [],
  });
  expect(methods.get("chat")).toMatchObject({
    description: "Says hello.",
    input: { type: "string" },
    output: { type: "string" },
    streams: false,
    problems: [],
  });
  expect(methods.get("inform")).toEqual({ method: "inform", input: {}, streams: false, problems: [] });
  expect(methods.get("proxy")).toMatchObject({
    output: closed({ n: { type: "number" } }),
    streams: true,
    problems: [],
  });
  expect(methods.get("count")).toMatchObject({
    input: { type: "object", additionalProperties: false },
    problems: [expect.stringContaining("its output has no type")],
  });
});

describe("what a method answers", () => {
  const returning = [
    ["string", { type: "string" }, false],
    ["Promise<string[]>", { type: "array", items: { type: "string" } }, false],
    ["string | Promise<string> | AsyncIterable<string>", { type: "string" }, true],
    ["Promise<AsyncIterable<number>>", { type: "number" }, true],
    ["AsyncIterableIterator<string | number>", { type: ["string", "number"] }, true],
    ["Generator<'a' | 'b', number>", { type: "string", enum: ["a", "b"] }, true],
    ["string | undefined", { type: "string" }, false],
    ["Promise<void>", undefined, false],
    ["AsyncGenerator<void>", undefined, true],
    ["Partial<{ a: number }>", closed({ a: { type: "number" } }, []), false],
    ["Pair<string>", closed({ one: { type: "string" }, other: { type: "string" } }), false],
    ["Steps", closed({ done: { type: "boolean" } }), true],
  ] as const;
  test.each(returning)("%s", async (type, output, streams) => {
    const before = `
interface Pair<T> { one: T; other: T }
type Step = { done: boolean };
type Steps = AsyncIterable<Step>;`;
    const one = await method(`does(input: string): ${type} { throw new Error(); }`, before);
    expect(one).toEqual({
      method: "does",
      description: "Does it.",
      input: { type: "string" },
      ...(output === undefined ? {} : { output }),
      streams,
      problems: [],
    });
  });
});

describe("where a class is", () => {
  test.each([
    ["export default class extends Agent { go(n: number): number { return n; } }", "default"],
    ["export default class Named extends Agent { go(n: number): number { return n; } }", "Named"],
    ["class Named { go(n: number): number { return n; } }\nexport { Named as Other };", "Other"],
    ["class Named { go(n: number): number { return n; } }\nexport { Named as default };", "default"],
    ["const Named = class extends Agent { go(n: number): number { return n; } };", "Named"],
    ["class Named { go(n: number): number { return n; } }\nexport default Named;", "default"],
  ])("%s, as %s", async (code, name) => {
    const { methods, problems } = await told(code, name);
    expect(methods.get("go")).toEqual({
      method: "go",
      input: { type: "number" },
      output: { type: "number" },
      streams: false,
      problems: [],
    });
    expect(problems).toEqual([]);
  });

  test("one that is not there is told, and a function beside it is described as ever", async () => {
    const code = `/** Adds. */\nexport default function add(input: { a: number }): number { return 1; }`;
    const { name, input, methods, problems } = await told(code, "Librarian");
    expect({ name, input }).toEqual({ name: "add", input: closed({ a: { type: "number" } }) });
    expect([...methods.keys()]).toEqual([]);
    expect(problems).toContain("the module declares no class Librarian at its top level");
    expect((await told("export const a = 1;", "default")).problems).toEqual([
      expect.stringContaining("default-exports no class"),
    ]);
  });

  test("without asking for one, a module without an action is told so, and no methods", async () => {
    const described = await analysis.describe({ code: LIBRARIAN, language: "typescript" });
    expect(described.problems).toEqual([expect.stringContaining("default-exports no function")]);
    expect(described).not.toHaveProperty("methods");
  });
});

test("JavaScript says it in comments", async () => {
  const { methods } = await told(
    `
/** @typedef {{ title: string, year?: number }} Book */
export class Shelf {
  /**
   * Puts a book on the shelf.
   * @param {Object} input
   * @param {Book[]} input.books what to put there
   * @param {number} [input.row] counted from below
   * @param {object} receiving
   * @returns {Promise<boolean>} whether there was room
   */
  async put({ books, row = 1 }, receiving) { return true; }
  /** @param {string} author
   * @yields {Book} the oldest first */
  async *by(author) {}
  /** @param {string | null} text
   *  @returns {AsyncGenerator<string>} */
  async *chat(text) {}
  /** @type {number} */
  size = 3;
  /** Twice.
   * @param {number} n
   * @returns {number} */
  twice = (n) => 2 * n;
}`,
    "Shelf",
    "javascript",
  );
  const book = closed({ title: { type: "string" }, year: { type: "number" } }, ["title"]);
  expect(methods.get("put")).toEqual({
    method: "put",
    description: "Puts a book on the shelf.",
    input: closed(
      {
        books: { type: "array", items: book, description: "what to put there" },
        row: { type: "number", description: "counted from below", default: 1 },
      },
      ["books"],
    ),
    output: { type: "boolean", description: "whether there was room" },
    streams: false,
    problems: [],
  });
  expect(methods.get("by")).toEqual({
    method: "by",
    input: { type: "string" },
    output: { ...(book as object), description: "the oldest first" },
    streams: true,
    problems: [],
  });
  expect(methods.get("chat")).toMatchObject({
    input: { type: ["string", "null"] },
    output: { type: "string" },
    streams: true,
    problems: [],
  });
  expect(methods.get("twice")).toMatchObject({ input: { type: "number" }, output: { type: "number" } });
  expect([...methods.keys()]).toEqual(["put", "by", "chat", "twice"]);
});

test("a declaration file says what its compiled class does", async () => {
  const { methods, problems } = await told(
    `
import { Agent } from "action-collective/agents";
export declare class Shelf extends Agent {
  #private;
  private rows;
  private hidden(): void;
  static of(n: number): Shelf;
  /** What stands there. */
  list(input: { row: number }): AsyncGenerator<string>;
  /** Twice. */
  twice: (n: number) => Promise<number>;
  size: number;
  over(a: string): string;
  over(a: number): number;
}`,
    "Shelf",
  );
  expect(problems).toEqual([]);
  expect([...methods.values()]).toEqual([
    {
      method: "list",
      description: "What stands there.",
      input: closed({ row: { type: "number" } }),
      output: { type: "string" },
      streams: true,
      problems: [],
    },
    {
      method: "twice",
      description: "Twice.",
      input: { type: "number" },
      output: { type: "number" },
      streams: false,
      problems: [],
    },
    { method: "over", streams: false, problems: [expect.stringContaining("overloads")] },
  ]);
});

test("what cannot be told is told as a problem of the method, with a way out", async () => {
  const overloads = await method(
    "go(a: string): string; go(a: number): number; go(a: unknown): unknown { return a; }",
  );
  expect(overloads).toEqual({
    method: "go",
    description: "Does it.",
    streams: false,
    problems: [expect.stringContaining("overloads")],
  });
  const many = await method("go(a: string, context: unknown, c: number): string { return a; }");
  expect(many.problems).toEqual([expect.stringContaining("takes 3 parameters")]);
  const rest = await method("go(...all: string[]): string { return ''; }");
  expect(rest.problems).toEqual([expect.stringContaining("rest")]);
  const foreign = await method("go(a: Elsewhere): string { return ''; }");
  expect(foreign.problems).toEqual([
    "input: the type Elsewhere is not declared in this file: declare it here, or write the schema in static actions",
  ]);
  const date = await method("go(): { at: Date } { return { at: new Date() }; }");
  expect(date.problems).toEqual([expect.stringContaining("output.at: JSON has no Date")]);
});

test("what stands for this is no input", async () => {
  const { input } = await method("find(this: One, { n }: { n: number }): string { return String(n); }");
  expect(input).toEqual(closed({ n: { type: "number" } }));
});

test("promises in unions in promises are followed within a bound", async () => {
  const wide = (n: number) =>
    `type T${n} = ${Array(64)
      .fill(`Promise<T${n + 1}>`)
      .join(" | ")};`;
  const types = Array.from({ length: 20 }, (_, n) => wide(n)).join("\n");
  const { output, problems } = await method(
    "find(name: string): T0 { return name; }",
    `${types}\ntype T20 = string;`,
  );
  expect(output).toEqual({});
  expect(problems.join()).toContain("write the schema in static actions");
});

test("a class of any size is described within bounds", async () => {
  const many = Array.from({ length: 80 }, (_, n) => `m${n}(input: { a: "${"x".repeat(400)}" }): string;`);
  const bodies = many.map((one) => one.replace(/;$/, ' { return ""; }')).join("\n");
  const { methods, problems } = await told(`class Large { ${bodies} }`, "Large");
  expect(methods.size).toBe(64);
  expect(problems).toEqual([expect.stringContaining("80 public methods")]);
});
