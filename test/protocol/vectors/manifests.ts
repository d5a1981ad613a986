import { cidOf, DAG_CBOR, type EncodedManifest, encodeCanonical, RAW } from "@action-collective/protocol";
import {
  bundle,
  definition,
  hex,
  richBundle,
  richDefinition,
  usingBundle,
  usingDefinition,
} from "./material.ts";

type Change = Record<string, unknown>;

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const schemaNested = (depth: number): unknown => (depth === 0 ? true : { items: schemaNested(depth - 1) });
const third = (value: unknown) => [...definition.cases.slice(0, 2), value];

/** One change of a good manifest at a time, and the reason in the specification why it is refused. */
const changes: readonly (readonly [name: string, section: string, change: Change])[] = [
  ["version 2", "§5.1", { v: 2 }],
  ["version 1 as a text", "§5.1", { v: "1" }],
  ["unknown field", "§5.1", { author: "alice" }],
  ["no name", "§5.1", { name: undefined }],
  ["useWhen left out", "§5.1", { useWhen: undefined }],
  ["permissions left out", "§5.1", { permissions: undefined }],
  ["empty name", "§5.1", { name: "" }],
  ["name with a space", "§5.1", { name: "add numbers" }],
  ["name in another script", "§5.1", { name: "аdd" }],
  ["name of 65 characters", "§5.1", { name: "a".repeat(65) }],
  ["empty description", "§5.1", { description: " \n" }],
  ["description of 601 characters", "§5.1", { description: "a".repeat(601) }],
  ["description not in NFC", "§7.1", { description: "e\u0301" }],
  ["description with a bidirectional override", "§7.1", { description: "a\u202eb" }],
  ["description with a zero-width space", "§7.1", { description: "a\u200bb" }],
  ["description with tag characters", "§7.1", { description: "a\u{e0041}" }],
  ["description with an escape character", "§7.1", { description: "\u001b[31m" }],
  ["line break in useWhen", "§5.1", { useWhen: ["a\nb"] }],
  ["nine phrasings", "§5.1", { useWhen: Array.from({ length: 9 }, (_, i) => `use ${i}`) }],
  ["the same phrasing twice", "§5.1", { useWhen: ["a", "a"] }],
  ["tag in capitals", "§5.1", { tags: ["Maths"] }],
  ["nine tags", "§5.1", { tags: [..."abcdefghi"] }],
  ["unknown language", "§5.1", { language: "python" }],
  ["port beyond 65535", "§5.1", { permissions: { net: ["example.org:65536"] } }],
  ["net permission with a path", "§5.1", { permissions: { net: ["example.org/x"] } }],
  ["secret in lower case", "§5.1", { permissions: { secrets: ["token"] } }],
  ["unknown permission", "§5.1", { permissions: { read: ["/"] } }],
  ["code is a dag-cbor CID", "§5.1", { code: cidOf(new Uint8Array([1]), DAG_CBOR) }],
  ["code is a text", "§5.1", { code: "bafkrei" }],
  ["input is no schema", "§5.3", { input: "string" }],
  ["schema with a foreign reference", "§5.3", { input: { $ref: "https://example.org/schema" } }],
  ["schema with an id", "§5.3", { input: { $id: "https://example.org/schema" } }],
  ["schema of another dialect", "§5.3", { input: { $schema: "http://json-schema.org/draft-07/schema#" } }],
  ["schema with a long pattern", "§5.3", { input: { pattern: "a".repeat(201) } }],
  ["schema 17 levels deep", "§5.3", { input: schemaNested(17) }],
  [
    "schema of more than 6 KiB",
    "§5.3",
    { input: { enum: Array.from({ length: 700 }, (_, i) => `value ${i}`) } },
  ],
  ["schema with an invisible enum value", "§7.1", { input: { enum: ["a\u2060"] } }],
  ["schema with an invisible property name", "§7.1", { input: { properties: { "a\u200b": true } } }],
  ["schema with a property __proto__", "§5.3", { input: { properties: JSON.parse('{"__proto__":true}') } }],
  ["schema holds a CID", "§5.3", { input: { const: cidOf(new Uint8Array([1]), RAW) } }],
  ["schema holds bytes", "§5.3", { input: { const: new Uint8Array([1]) } }],
  ["no cases and no test", "§5.2", { cases: [] }],
  ["two cases and no test", "§5.2", { cases: definition.cases.slice(0, 2) }],
  ["65 cases", "§5.2", { cases: Array.from({ length: 65 }, (_, i) => ({ input: i, output: i })) }],
  ["case without an output", "§5.2", { cases: third({ input: 1 }) }],
  ["case with output and error", "§5.2", { cases: third({ input: 1, output: 1, error: "no" }) }],
  ["case with tolerance and error", "§5.2", { cases: third({ input: 1, error: "no", tolerance: 0.1 }) }],
  ["tolerance 0", "§5.2", { cases: third({ input: 1, output: 1, tolerance: 0 }) }],
  ["tolerance above 1", "§5.2", { cases: third({ input: 1, output: 1, tolerance: 1.5 }) }],
  ["case with an empty error", "§5.2", { cases: third({ input: 1, error: "" }) }],
  ["case 25 levels deep", "§5.2", { cases: third({ input: nested(25), output: 1 }) }],
  ["case holds a CID", "§5.2", { cases: third({ input: cidOf(new Uint8Array([1]), RAW), output: 1 }) }],
];

const ID = bundle.id;
const URL_OF_API = "https://api.example.org/rate";
const fetching = (fetches: unknown): Change => ({
  permissions: { net: ["api.example.org", "files.example.org:8443"] },
  cases: third({ input: 1, output: 1, fetches }),
});
const answering = (change: Change) => fetching([{ url: URL_OF_API, ...change }]);
const asking = (url: string) => fetching([{ url }]);

/** The same for what actions use and what cases say of the network. */
const laterChanges: typeof changes = [
  ["uses nothing, and says so", "§5.1", { uses: [] }],
  ["uses one action twice", "§5.1", { uses: [ID, ID] }],
  [
    "uses nine actions",
    "§5.1",
    { uses: Array.from({ length: 9 }, (_, i) => `${ID.slice(0, -1)}${"abcdefghi"[i]}`) },
  ],
  ["uses what is no text", "§5.1", { uses: [bundle.cid] }],
  ["uses what is no dag-cbor CID", "§5.1", { uses: [bundle.manifest.code.toString()] }],
  ["uses an id with a space", "§5.1", { uses: [` ${ID}`] }],
  ["uses an id in capitals", "§5.1", { uses: [ID.toUpperCase()] }],
  ["answers without a list", "§5.2", fetching({ url: URL_OF_API })],
  ["an empty list of answers", "§5.2", fetching([])],
  ["nine answers", "§5.2", fetching(Array.from({ length: 9 }, (_, i) => ({ url: `${URL_OF_API}?${i}` })))],
  ["answer without an address", "§5.2", fetching([{ status: 200 }])],
  ["answer of a host that is not asked for", "§5.2", asking("https://example.org/")],
  ["answer of a host below one that is asked for", "§5.2", asking("https://x.api.example.org/")],
  ["answer of a port that is not asked for", "§5.2", asking("https://files.example.org/")],
  ["answer where no host is asked for", "§5.2", { ...asking(URL_OF_API), permissions: {} }],
  ["answer by another scheme", "§5.2", asking("ftp://api.example.org/")],
  ["address not as a URL serialises", "§5.2", asking("https://api.example.org")],
  ["address with its default port", "§5.2", asking("https://api.example.org:443/")],
  ["address with a user", "§5.2", asking("https://me@api.example.org/")],
  ["address with a fragment", "§5.2", asking(`${URL_OF_API}#top`)],
  ["address of 2001 characters", "§5.2", asking(`${URL_OF_API}?${"x".repeat(2001 - URL_OF_API.length - 1)}`)],
  ["method in lower case", "§5.2", answering({ method: "get" })],
  ["method TRACE", "§5.2", answering({ method: "TRACE" })],
  ["status 199", "§5.2", answering({ status: 199 })],
  ["status 600", "§5.2", answering({ status: 600 })],
  ["status as a text", "§5.2", answering({ status: "200" })],
  ["header in capitals", "§5.2", answering({ headers: { ETag: "x" } })],
  ["header with a line break", "§5.2", answering({ headers: { etag: "a\nb" } })],
  [
    "seventeen headers",
    "§5.2",
    answering({ headers: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`h${i}`, "x"])) }),
  ],
  ["body as a bare text", "§5.2", answering({ body: "x" })],
  ["body of both kinds", "§5.2", answering({ body: { json: 1, text: "1" } })],
  ["body of bytes", "§5.2", answering({ body: { text: new Uint8Array([1]) } })],
  ["unknown field of an answer", "§5.2", answering({ delay: 1 })],
];

export function changedManifest(change: Change): Uint8Array {
  const changed = { ...bundle.manifest, ...change };
  return encodeCanonical(
    Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)),
  );
}

export function manifestVectors(): unknown {
  const good = (name: string, from: unknown, { id, bytes, manifest }: EncodedManifest) => ({
    name,
    ...{ id, definition: from, code: manifest.code.toString(), test: manifest.test?.toString() },
    hex: hex(bytes),
  });
  const cases = [...definition.cases.slice(0, 2), { input: "x".repeat(12_000), output: 1 }];
  return {
    spec: "§5",
    good: [
      good("cases", definition, bundle),
      good("test module and permissions", richDefinition, richBundle),
      good("another action in use, and answers of the network", usingDefinition, usingBundle),
    ],
    bad: [
      ...changes.map(([name, spec, change]) => ({
        ...{ name, spec, code: "malformed" },
        hex: hex(changedManifest(change)),
      })),
      { name: "not a map", spec: "§5.1", code: "malformed", hex: "80" },
      {
        ...{ name: "more than 12 KiB", spec: "§6", code: "limit-exceeded" },
        hex: hex(changedManifest({ cases })),
      },
      ...laterChanges.map(([name, spec, change]) => ({
        ...{ name, spec, code: "malformed" },
        hex: hex(changedManifest(change)),
      })),
    ],
  };
}
