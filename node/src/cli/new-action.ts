import type { Permissions } from "action-collective";

export interface NewAction {
  readonly name: string;
  readonly language: "typescript" | "javascript";
  /** A host that it asks; undefined for an action that needs nothing but its input. */
  readonly host: string | undefined;
}

/** The files of a new action by their names: a small real one that passes as it is, to be changed into another. Pure. */
export function filesOf(action: NewAction): Record<string, string> {
  const { language, host } = action;
  const extension = language === "typescript" ? "ts" : "js";
  const kind = host === undefined ? sharing(action) : asking({ ...action, host });
  return {
    [`action.${extension}`]: kind.code,
    "action.json": `${readableJson({ name: action.name, ...kind.description }, "")}\n`,
    [`action.test.${extension}`]: kind.test(`./action.${extension}`),
  };
}

/** Room for a value on one line. */
const LINE_CHARACTERS = 100;

/** Indented JSON in which what is short stands on one line, as people write it. */
function readableJson(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const list = Array.isArray(value);
  const inner = `${indent}  `;
  const parts = Object.entries(value).map(
    ([key, item]) => `${list ? "" : `${JSON.stringify(key)}: `}${readableJson(item, inner)}`,
  );
  const line = list ? `[${parts.join(", ")}]` : `{ ${parts.join(", ")} }`;
  if (parts.length === 0) return list ? "[]" : "{}";
  if (indent !== "" && line.length + indent.length <= LINE_CHARACTERS && !line.includes("\n")) return line;
  const [open, close] = list ? "[]" : "{}";
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

interface Kind {
  readonly code: string;
  readonly description: {
    readonly description: string;
    readonly useWhen: readonly string[];
    readonly input: object;
    readonly output: object;
    readonly tags: readonly string[];
    readonly licence: string;
    readonly permissions: Permissions;
    readonly cases: readonly object[];
  };
  test(code: string): string;
}

function sharing({ name, language }: NewAction): Kind {
  const typed = language === "typescript";
  const signature = typed
    ? `{ amount, people }: { amount: number; people: number }): { shares: number[] }`
    : "{ amount, people })";
  const share = (amount: number, people: number, shares: readonly number[]) => ({
    input: { amount, people },
    output: { shares },
  });
  return {
    code: `/** Shares an amount evenly, in whole units that add up to it; the larger shares come first. */
export default function ${name}(${signature} {
  const least = Math.floor(amount / people);
  const larger = amount - least * people;
  return { shares: Array.from({ length: people }, (_, index) => (index < larger ? least + 1 : least)) };
}
`,
    description: {
      description:
        "Shares an amount evenly among people, in whole units (such as cents) that add up to it exactly; the larger shares come first.",
      useWhen: [
        "split the restaurant bill of 86.40 among 5 so that no cent is lost",
        "divide 100 into 3 whole parts",
        "who pays the odd cent when three of us pay 10.00",
      ],
      input: {
        type: "object",
        properties: {
          amount: { type: "integer", minimum: 0, description: "what there is to share, e.g. in cents" },
          people: { type: "integer", minimum: 1, maximum: 1000, description: "among how many" },
        },
        required: ["amount", "people"],
        additionalProperties: false,
      },
      output: {
        type: "object",
        properties: { shares: { type: "array", items: { type: "integer" } } },
        required: ["shares"],
        additionalProperties: false,
      },
      tags: ["arithmetic", "money"],
      licence: "MIT",
      permissions: {},
      cases: [
        share(100, 3, [34, 33, 33]),
        share(9, 3, [3, 3, 3]),
        share(2, 4, [1, 1, 0, 0]),
        share(0, 1, [0]),
        { input: { amount: 10, people: 0 }, error: "people" },
      ],
    },
    test: (code) => `import { assert, assertEquals, test } from "action-collective/test";
import action from "${code}";

test("no unit is lost, and nobody gets two more than another", async () => {
  const tries = [
    { amount: 12345, people: 7 },
    { amount: 999, people: 1000 },
    { amount: 31, people: 8 },
  ];
  for (const { amount, people } of tries) {
    const { shares } = await action({ amount, people });
    assertEquals(shares.length, people);
    let sum = 0;
    for (const share of shares) sum += share;
    assertEquals(sum, amount);
    assert(Math.max(...shares) - Math.min(...shares) <= 1, "the shares differ by more than one");
  }
});
`,
  };
}

function asking({ name, language, host }: NewAction & { readonly host: string }): Kind {
  const typed = language === "typescript";
  const signature = typed ? "{ id }: { id: string }): Promise<{ found: boolean; title: string }>" : "{ id })";
  const answered = (id: string, answer: object, result: object) => ({
    input: { id },
    ...result,
    fetches: [{ url: new URL(`https://${host}/items/${encodeURIComponent(id)}`).href, ...answer }],
  });
  return {
    code: `/** Asks ${host} for an item: whether it is there, and its title. */
export default async function ${name}(${signature} {
  const response = await fetch(\`https://${host}/items/\${encodeURIComponent(id)}\`);
  if (response.status === 404) return { found: false, title: "" };
  if (!response.ok) throw new Error(\`${host} answers with status \${response.status}\`);
  const { title } = await response.json();
  return { found: true, title: typeof title === "string" ? title : "" };
}
`,
    description: {
      description: `Looks an item up at ${host} by its id: whether it is there, and its title.`,
      useWhen: [
        `what is item 42 of ${host} called`,
        `does ${host} have anything with the id a7`,
        "get the title that belongs to this number from the catalogue",
      ],
      input: {
        type: "object",
        properties: { id: { type: "string", minLength: 1, maxLength: 100 } },
        required: ["id"],
        additionalProperties: false,
      },
      output: {
        type: "object",
        properties: { found: { type: "boolean" }, title: { type: "string" } },
        required: ["found", "title"],
        additionalProperties: false,
      },
      tags: ["look-up"],
      licence: "MIT",
      permissions: { net: [host] },
      cases: [
        answered(
          "42",
          { body: { json: { title: "A towel" } } },
          { output: { found: true, title: "A towel" } },
        ),
        answered("a b", { body: { json: { title: null } } }, { output: { found: true, title: "" } }),
        answered("none", { status: 404 }, { output: { found: false, title: "" } }),
        answered("broken", { status: 500 }, { error: "status 500" }),
      ],
    },
    test: (code) => `import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "${code}";

// The network answers as the cases of action.json say.
test("an item that is there has a title", async () => {
  assertEquals(await action({ id: "42" }), { found: true, title: "A towel" });
});

test("a server in trouble is an error, not an item that is missing", async () => {
  await assertRejects(action({ id: "broken" }), "500");
});
`,
  };
}
