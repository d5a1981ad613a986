import { buildBundle, createSigner, type Signer, sha256 } from "@action-collective/protocol";

/** Fixed inputs from which every vector follows: running the generator twice gives the same bytes. */

export const NETWORK = "vectors";
export const CREATED = 1_767_225_600_000; // 2026-01-01T00:00:00Z

export function seedOf(name: string): Uint8Array {
  return sha256(new TextEncoder().encode(`action-collective vectors: ${name}`));
}

export function signerOf(name: string): Signer {
  return createSigner(seedOf(name));
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

export const definition = {
  name: "addNumbers",
  description: "Adds two numbers.\nWorks for integers and decimals: 0.1 and 0.2 give about 0.3.",
  useWhen: ["add two numbers", "what is 2 plus 3", "Zwei Zahlen zusammenzählen"],
  input: {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a", "b"],
    additionalProperties: false,
  },
  output: { type: "number" },
  tags: ["maths"],
  licence: "MIT",
  permissions: {},
  language: "javascript",
  cases: [
    { input: { a: 2, b: 3 }, output: 5 },
    { input: { a: 0.1, b: 0.2 }, output: 0.3, tolerance: 1e-9 },
    { input: { a: "\u200b", b: 1 }, error: "a must be a number" },
  ],
  code: "export default ({ a, b }) => {\n  if (typeof a !== 'number') throw new TypeError('a must be a number');\n  return a + b;\n};\n",
};

export const bundle = buildBundle(definition);

/** Every field at work: permissions, both kinds of text, a test module, no cases. */
export const richDefinition = {
  ...definition,
  name: "fetch-rates_2",
  language: "typescript",
  permissions: { net: ["api.example.org:443", "10.0.0.1"], secrets: ["API_TOKEN"] },
  cases: [],
  code: "export default async () => 1;\n",
  test: 'import { test } from "action-collective/test";\nimport action from "./action.ts";\ntest("answers", async () => { await action({}); });\n',
};
export const richBundle = buildBundle(richDefinition);

/** Uses another action, and its cases say what the network answers. */
export const usingDefinition = {
  ...definition,
  name: "convertAtRate",
  permissions: { net: ["api.example.org", "files.example.org:8443"], secrets: ["API_TOKEN"] },
  uses: [bundle.id],
  code: "export default async ({ a, b }, { call }) => {\n  const { rate } = await (await fetch('https://api.example.org/rate')).json();\n  return (await call('ID', { a, b })) * rate;\n};\n".replace(
    "ID",
    bundle.id,
  ),
  cases: [
    {
      ...{ input: { a: 2, b: 3 }, output: 10 },
      fetches: [{ url: "https://api.example.org/rate", body: { json: { rate: 2 } } }],
    },
    {
      ...{ input: { a: 0.1, b: 0.2 }, output: 0.3, tolerance: 1e-9 },
      fetches: [
        {
          ...{ method: "GET", url: "https://api.example.org/rate", status: 200 },
          ...{ headers: { "content-type": "application/json" }, body: { text: '{"rate":1}' } },
        },
        { method: "POST", url: "https://files.example.org:8443/log?day=1", status: 204 },
      ],
    },
    { input: { a: 1, b: 1 }, error: "no answer" },
  ],
};
export const usingBundle = buildBundle(usingDefinition);
