import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Described } from "@action-collective/protocol";
import { type ActionSpec, type ActionSpecs, Agent, Space } from "action-collective/agents";
import { afterAll, describe, expect, test } from "vitest";
import { createSourceAnalysis } from "../../../node/src/analysis/source-analysis.ts";
import { actionHelp, inputToCheck } from "../../../sdk/src/agents/help/generated.ts";
import { AgentSourceError, type Describing, describeAgent } from "../../../sdk/src/agents/help/index.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const analysis = createSourceAnalysis();
afterAll(() => analysis.stop());

/** What a peer's route does, without the route. */
class Reader implements Describing {
  asked = 0;
  describe(code: string, options: Parameters<Describing["describe"]>[1]): Promise<Described> {
    this.asked++;
    return analysis.describe({ code, language: options.language ?? "typescript", class: options.class });
  }
}

interface Book {
  title: string;
  year?: number;
}

class Shelf {
  static readonly source: string = import.meta.url;
  static readonly actions: Readonly<Record<string, ActionSpec>> = { dust: { access: "denied" } };
  /** Wipes it. */
  dust(): void {}
  /** Says how full it is. */
  query(_input: { row: number }): number {
    return 3;
  }
}

class Counter extends Shelf {
  static override readonly source = import.meta.url;
  /** Counts the books of a row. */
  override query(_input: { row: number; from?: number }): number {
    return 4;
  }
}

class Librarian extends Shelf {
  static override readonly source = import.meta.url;
  static override readonly actions = {
    find: { name: "find_book", access: "requested" },
    list: { description: "All of them.", output: { type: "string" } },
    lend: { help: { usage: "lend TITLE", like: [1, 2] } },
    dust: {},
  } satisfies Record<string, ActionSpec>;

  /**
   * Finds a book.
   * @param input.title as on the cover
   */
  find(_input: { title: string }): Promise<Book | null> {
    return Promise.resolve(null);
  }
  async *list(_input: { author?: string }): AsyncGenerator<Book> {}
  /** Lends a book. */
  lend(title: string): string {
    return title;
  }
  /** Talks. */
  chat(text: string): string {
    return text;
  }
  unlisted(): void {}
}

test("methods become help: names, texts, schemas and access, from types, comments and specs", async () => {
  const reader = new Reader();
  const help = await describeAgent(reader, Librarian);
  expect(help).toEqual([
    {
      name: "find_book",
      description: "Finds a book.",
      input: {
        type: "object",
        properties: { title: { type: "string", description: "as on the cover" } },
        required: ["title"],
        additionalProperties: false,
      },
      output: {
        anyOf: [
          {
            type: "object",
            properties: { title: { type: "string" }, year: { type: "number" } },
            required: ["title"],
            additionalProperties: false,
          },
          { type: "null" },
        ],
      },
      access: "requested",
    },
    {
      name: "list",
      description: "All of them.",
      input: { type: "object", properties: { author: { type: "string" } }, additionalProperties: false },
      output: { type: "string" },
      streams: true,
      access: "permitted",
    },
    { name: "lend", usage: "lend TITLE", like: [1, 2] },
    {
      name: "dust",
      description: "Wipes it.",
      input: { type: "object", properties: {}, additionalProperties: false },
      access: "permitted",
    },
    {
      name: "chat",
      description: "Talks.",
      input: { type: "string" },
      output: { type: "string" },
      access: "permitted",
    },
    {
      name: "query",
      description: "Says how full it is.",
      input: {
        type: "object",
        properties: { row: { type: "number" } },
        required: ["row"],
        additionalProperties: false,
      },
      output: { type: "number" },
      access: "permitted",
    },
  ]);
});

class Clerk {
  static source: string = "/nowhere/clerk.ts";
  static actions = { sort: {} };
  /** Sorts. */
  sort(): void {}
}

class Echo extends Agent {
  static override readonly source = import.meta.url;
  static override readonly actions = { twice: { name: "double", access: "denied" } } satisfies ActionSpecs;
  /** Says it again. */
  chat({ text }: { text: string }): string {
    return text;
  }
  /** Twice as much. */
  twice(n: number): number {
    return 2 * n;
  }
}

test("agents of the class know it: their help says it, and contents are checked against it", async () => {
  const echo = new Echo("echo");
  expect(echo.help({ name: "double" })).toEqual({ name: "double", access: "denied" });
  await describeAgent(new Reader(), Echo);
  expect(echo.help({ name: "double" })).toEqual({
    name: "double",
    description: "Twice as much.",
    input: { type: "number" },
    output: { type: "number" },
    access: "denied",
  });
  await using space = new Space();
  await space.add(echo);
  expect(await space.place.request("echo", "chat", { text: "so" })).toBe("so");
  await expect(space.place.request("echo", "chat", "so")).rejects.toThrow(/does not take this/);
});

test("each class is read once, whoever asks; a failure is forgotten", async () => {
  const reader = new Reader();
  await expect(describeAgent(reader, Clerk)).rejects.toThrow(AgentSourceError);
  Clerk.source = import.meta.url;
  const [help, again] = await Promise.all([describeAgent(reader, Clerk), describeAgent(reader, Clerk)]);
  expect(help).toEqual([
    { name: "sort", description: "Sorts.", input: expect.anything(), access: "permitted" },
  ]);
  expect(again).toEqual(help);
  expect(reader.asked).toBe(1);
});

test("what a class says of a method counts before what those above it say", async () => {
  const help = await describeAgent(new Reader(), Counter);
  expect(help.find(({ name }) => name === "query")).toMatchObject({
    description: "Counts the books of a row.",
    input: { properties: { row: { type: "number" }, from: { type: "number" } }, required: ["row"] },
  });
  expect(help.find(({ name }) => name === "dust")).toMatchObject({ description: "Wipes it." });
});

test("without a source, names and specs are all there is", async () => {
  const { source: _, ...spec } = { source: undefined, access: "denied" as const };
  class Plain {
    static readonly actions = { go: spec, see: { input: { type: "string" } } };
    go(): void {}
    see(text: string): string {
      return text;
    }
    chat(): void {}
  }
  const reader = new Reader();
  expect(await describeAgent(reader, Plain)).toEqual([
    { name: "go", access: "denied" },
    { name: "see", input: { type: "string" }, access: "permitted" },
    { name: "chat", access: "permitted" },
  ]);
  expect(reader.asked).toBe(0);
});

describe("where the text is", () => {
  test("a class in a file that is not loaded tells all public methods", async () => {
    const help = await describeAgent(new Reader(), { source: import.meta.url, class: "Librarian" });
    expect(help.map(({ name }) => name)).toEqual(["find", "list", "lend", "chat", "unlisted"]);
  });

  test("declarations stand in for compiled code, and a source map's comment does not matter", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "clerk.js");
    const code = "export class Clerk {\n  /** Sorts. */\n  sort(input) { return 1; }\n}\n";
    await writeFile(path, `${code}//# source${"MappingURL"}=clerk.js.map\n`);
    const clerk = { source: pathToFileURL(path), class: "Clerk" };
    expect(await describeAgent(new Reader(), clerk)).toEqual([
      { name: "sort", description: "Sorts.", access: "permitted" },
    ]);
    await writeFile(
      join(folder.path, "clerk.d.ts"),
      "export declare class Clerk {\n  /** Sorts. */\n  sort(input: string[]): Promise<number>;\n}\n",
    );
    expect(await describeAgent(new Reader(), clerk)).toEqual([
      {
        name: "sort",
        description: "Sorts.",
        input: { type: "array", items: { type: "string" } },
        output: { type: "number" },
        access: "permitted",
      },
    ]);
  });

  test("what cannot be read says why", async () => {
    await using folder = await temporaryFolder();
    const large = join(folder.path, "large.ts");
    await writeFile(large, `export class A {}\n// ${"x".repeat(70_000)}`);
    const refused: [source: string | URL, why: RegExp][] = [
      [large, /70,?\d+ bytes|bytes, and a peer reads/],
      [join(folder.path, "none.ts"), /ENOENT/],
      ["https://example.org/a.ts", /no file of this machine/],
      [join(folder.path, "notes.txt"), /no \.ts or \.js file/],
      [import.meta.url, /declares no class A /],
    ];
    for (const [source, why] of refused) {
      const failed = describeAgent(new Reader(), { source, class: "A" });
      await expect(failed, String(source)).rejects.toThrow(why);
      await expect(failed).rejects.toThrow(AgentSourceError);
    }
    // A device or a folder is no text.
    await mkdir(join(folder.path, "folder.ts"));
    await symlink("/dev/zero", join(folder.path, "endless.ts"));
    for (const name of ["folder.ts", "endless.ts"])
      await expect(
        describeAgent(new Reader(), { source: join(folder.path, name), class: "A" }),
      ).rejects.toThrow(/no ordinary file/);
  });
});

test("a content is checked against the spec's schema, else the described one, else not at all", () => {
  const method = { method: "go", streams: false, problems: [], input: { type: "string" } };
  expect(inputToCheck({ input: { type: "number" } }, method)).toEqual({ type: "number" });
  expect(inputToCheck({ help: { whole: true } }, method)).toEqual({ type: "string" });
  const none = { ...method, input: { type: "object", properties: {}, additionalProperties: false } };
  expect(inputToCheck({}, none)).toBeUndefined();
  expect(inputToCheck({})).toBeUndefined();
  expect(actionHelp("go", { help: { name: "other", x: 1 } })).toEqual({ name: "other", x: 1 });
});
