import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildBundle } from "@action-collective/protocol";
import { readActionFolder } from "action-collective";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";

type Fetch = { url: string; status?: number; body?: { json?: unknown } };
type Case = { input: unknown; output?: unknown; error?: string; tolerance?: number; fetches?: Fetch[] };
type Manifest = {
  name: string;
  description: string;
  useWhen: string[];
  input: object;
  output: object;
  tags: string[];
  licence: string;
  permissions: { net?: string[] };
  cases: Case[];
};
type Action = (input: unknown) => unknown;

const LIBRARY = new URL("../../library/", import.meta.url);
/** Those that need nothing, and those that ask for the network, which a peer brings in only when told to. */
const KINDS = ["actions", "net-actions"] as const;
/** Actions without permissions that ship at least; ask for the network at most. */
const LEAST = 60;
const MOST_NET = 8;
const FIELDS = [
  "name",
  "description",
  "useWhen",
  "input",
  "output",
  "tags",
  "licence",
  "permissions",
  "cases",
];
/** Of the manifest alone: the record that announces it has to fit into 16 KiB. */
const MAX_MANIFEST_BYTES = 10_240;
const MAX_CODE_BYTES = 65_536;
const MIN_TEST_MODULES = 40;
/** Share of small changes to an action's code that its unit test has to notice. */
const STRENGTH = 0.8;

const foldersOf = (kind: string) =>
  readdirSync(new URL(`${kind}/`, LIBRARY))
    .sort()
    .map((folder) => `${kind}/${folder}`);
const folders = KINDS.flatMap(foldersOf);
const isNet = (folder: string) => folder.startsWith("net-");
const file = (folder: string, name: string) => new URL(`${folder}/${name}`, LIBRARY);
const read = (folder: string, name: string) => readFileSync(file(folder, name), "utf8");
const manifestOf = (folder: string): Manifest => JSON.parse(read(folder, "action.json"));
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** Comments may mention what code must not use. */
const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");

const ajv = new Ajv2020({ strict: true, strictTypes: true, allErrors: true });
const compiled = new Map<string, ValidateFunction>();

/** Compiling is what takes the time here: each schema once. */
function compile(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key) ?? ajv.compile(JSON.parse(key));
  compiled.set(key, known);
  return known;
}

function expectValid(validate: ValidateFunction, value: unknown): void {
  const isValid = validate(value);
  expect(validate.errors ?? []).toEqual([]);
  expect(isValid).toBe(true);
}

/** Copies a JSON value with its keys in the order of the published form: shorter first, then bytewise. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const byLengthThenText = ([a]: [string, unknown], [b]: [string, unknown]) =>
    Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b));
  const entries = Object.entries(value).sort(byLengthThenText);
  return Object.fromEntries(entries.map(([key, item]) => [key, canonical(item)]));
}

/** Takes over the expected numbers that are near enough, so that what remains can be compared exactly. */
function snap(actual: unknown, expected: unknown, tolerance: number): unknown {
  if (typeof actual === "number" && typeof expected === "number") {
    return Math.abs(actual - expected) <= tolerance ? expected : actual;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => snap(item, expected[index], tolerance));
  }
  if (typeof actual !== "object" || actual === null || typeof expected !== "object" || expected === null)
    return actual;
  const wanted = new Map(Object.entries(expected));
  return Object.fromEntries(
    Object.entries(actual).map(([key, item]) => [key, snap(item, wanted.get(key), tolerance)]),
  );
}

async function load(folder: string): Promise<Action> {
  const module: { default: Action } = await import(file(folder, "action.ts").href);
  return module.default;
}

describe.each(folders.map((folder) => [folder.split("/")[1], folder] as const))(
  "the library's action %s",
  (_, folder) => {
    const manifest = manifestOf(folder);

    test("has a complete manifest within the limits", () => {
      expect(Object.keys(manifest).sort()).toEqual(FIELDS.toSorted());
      expect(manifest.name).toMatch(/^[a-z][a-zA-Z0-9]{0,63}$/);
      expect(folder.split("/")[1]).toBe(kebab(manifest.name));
      expect(manifest.description.length).toBeGreaterThan(20);
      expect(manifest.description.length).toBeLessThanOrEqual(400);
      expect(manifest.useWhen.length).toBeGreaterThanOrEqual(3);
      expect(manifest.useWhen.length).toBeLessThanOrEqual(8);
      for (const phrase of manifest.useWhen) expect(phrase).toMatch(/^.{10,160}$/);
      expect(manifest.tags.length).toBeGreaterThanOrEqual(1);
      expect(manifest.tags.length).toBeLessThanOrEqual(8);
      for (const tag of manifest.tags) expect(tag).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
      expect(manifest.licence).toBe("MIT");
      if (isNet(folder)) expect(manifest.permissions.net?.length).toBeGreaterThanOrEqual(1);
      else expect(manifest.permissions).toEqual({});
      expect(Buffer.byteLength(JSON.stringify(manifest))).toBeLessThanOrEqual(MAX_MANIFEST_BYTES);
    });

    test("takes and gives objects whose schemas compile and describe the input", () => {
      compile(manifest.input);
      compile(manifest.output);
      for (const schema of [manifest.input, manifest.output]) {
        expect(schema).toMatchObject({ type: "object", additionalProperties: false });
        expect(JSON.stringify(schema)).not.toContain("$ref");
      }
      const properties = Object.values((manifest.input as { properties: Record<string, object> }).properties);
      for (const property of properties) expect(property).toHaveProperty("description", expect.any(String));
    });

    test("is a folder that the protocol makes a bundle of", async () => {
      const bundle = buildBundle(await readActionFolder(fileURLToPath(file(folder, "."))));
      expect(bundle.code).toBe(read(folder, "action.ts"));
      expect(bundle.test !== undefined).toBe(existsSync(file(folder, "action.test.ts")));
    });

    test("is one module without imports that needs nothing but what it asks for", () => {
      const code = read(folder, "action.ts");
      expect(Buffer.byteLength(code)).toBeLessThanOrEqual(MAX_CODE_BYTES);
      expect(code).toMatch(/^export default (async )?function \w+\(/m);
      const plain = withoutComments(code);
      expect(plain).not.toMatch(/\bimport\b|\brequire\(|\bexport (?!default )|^export .* from /m);
      expect(plain).not.toMatch(
        /\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bMath\.random\b|\bperformance\b|\bcrypto\b/,
      );
      expect(plain).not.toMatch(/\bDeno\b|\bprocess\b|\bglobalThis\b|\bconsole\b|\bset(Timeout|Interval)\b/);
      expect(/\bfetch\(/.test(plain)).toBe(isNet(folder));
    });

    test("has a test module that imports only the action and the test functions, if it has one", () => {
      if (!existsSync(file(folder, "action.test.ts"))) return;
      const code = read(folder, "action.test.ts");
      const sources = [...code.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, source]) => source);
      expect(sources).toEqual(["action-collective/test", "./action.ts"]);
      expect(code).toMatch(/^test\("/m);
      expect(code).toContain("assertEquals(");
    });

    test("has enough cases that fit its schemas", () => {
      const input = compile(manifest.input);
      const output = compile(manifest.output);
      expect(manifest.cases.length).toBeGreaterThanOrEqual(isNet(folder) ? 3 : 5);
      for (const example of manifest.cases) {
        expectValid(input, example.input);
        if (example.error === undefined) expectValid(output, example.output);
        expect("output" in example).toBe(example.error === undefined);
        // Without an answer in the case, the network would really be asked.
        expect(example.fetches !== undefined).toBe(isNet(folder));
      }
    });

    // What asks for the network is tried where its cases answer for it: in the sandbox (test/node/library).
    if (isNet(folder)) return;

    test("passes all its cases, with the keys of objects in either order", async () => {
      const action = await load(folder);
      const output = compile(manifest.output);
      for (const { input, output: expected, error, tolerance = 0 } of manifest.cases) {
        for (const given of [structuredClone(input), canonical(input)]) {
          const before = JSON.stringify(given);
          const run = async () => action(given);
          if (error !== undefined) {
            await expect(run()).rejects.toThrow(error);
          } else {
            const actual: unknown = JSON.parse(JSON.stringify(await run()));
            expectValid(output, actual);
            expect(snap(actual, expected, tolerance)).toEqual(expected);
          }
          expect(JSON.stringify(given)).toBe(before); // an action leaves its input alone
        }
      }
    });
  },
);

describe("the library as a whole", () => {
  const manifests = folders.map(manifestOf);

  test("has enough actions, with names and phrasings of their own", () => {
    const net = folders.filter(isNet).length;
    expect(folders.length - net).toBeGreaterThanOrEqual(LEAST);
    expect(net).toBeGreaterThanOrEqual(1);
    expect(net).toBeLessThanOrEqual(MOST_NET);
    const phrases = manifests.flatMap(({ useWhen }) => useWhen);
    expect(new Set(phrases).size).toBe(phrases.length);
    for (const key of ["name", "description"] as const)
      expect(new Set(manifests.map((manifest) => manifest[key])).size).toBe(folders.length);
  });

  test("has unit tests that notice four of five changes, as measured for what is here now", async () => {
    const recorded = JSON.parse(readFileSync(new URL("strengths.json", LIBRARY), "utf8")) as Record<
      string,
      { id: string; mutants: number; killed: number }
    >;
    for (const [index, folder] of folders.entries()) {
      const name = manifests[index]?.name ?? "";
      const { id } = buildBundle(await readActionFolder(fileURLToPath(file(folder, "."))));
      expect(recorded[name]?.id, `${name} has changed: npm run bench:strength -- ${name} --record`).toBe(id);
      const { mutants = 0, killed = 0 } = recorded[name] ?? {};
      expect(killed / mutants, name).toBeGreaterThanOrEqual(STRENGTH);
    }
    expect(Object.keys(recorded).length).toBe(folders.length);
  });

  test("tests most actions beyond their cases", () => {
    const tested = folders.filter((folder) => existsSync(file(folder, "action.test.ts")));
    expect(tested.length).toBeGreaterThanOrEqual(MIN_TEST_MODULES);
  });

  test("is listed in its README", () => {
    const readme = readFileSync(new URL("README.md", LIBRARY), "utf8");
    const listed = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    const names = (kind: (typeof KINDS)[number]) =>
      foldersOf(kind)
        .map((folder) => manifestOf(folder).name)
        .sort();
    expect(listed).toEqual(KINDS.flatMap(names));
  });
});
