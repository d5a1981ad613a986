import {
  type ActionDefinitionInput,
  type BodyOf,
  type Bundle,
  buildBundle,
  createSigner,
  type Kind,
  peerIdOfKey,
  type SignedRecord,
  type Signer,
  signRecord,
} from "@action-collective/protocol";

export const NETWORK = "test";

/** A deterministic key: the same number gives the same author. */
export function signerOf(number: number): Signer {
  const seed = new Uint8Array(32);
  new DataView(seed.buffer).setUint32(0, number);
  return createSigner(seed);
}

export function peerOf(number: number): ReturnType<typeof peerIdOfKey> {
  return peerIdOfKey(signerOf(number).publicKey);
}

/** A small honest action; what matters to a test is overridden. */
export function bundleOf(overrides: Partial<ActionDefinitionInput> = {}): Bundle {
  return buildBundle({
    name: "double",
    description: "Doubles a number.",
    input: {
      type: "object",
      properties: { n: { type: "number" } },
      required: ["n"],
      additionalProperties: false,
    },
    output: { type: "number" },
    licence: "MIT",
    language: "typescript",
    code: "export default ({ n }: { n: number }) => n * 2;\n",
    cases: [
      { input: { n: 1 }, output: 2 },
      { input: { n: 0 }, output: 0 },
      { input: { n: -2 }, output: -4 },
    ],
    ...overrides,
  });
}

export function publicationOf(bundle: Bundle, author: number, revision = 1, created = 1000): SignedRecord {
  const body = { manifest: bundle.bytes };
  return signRecord(
    { kind: "publication", subject: bundle.cid, revision, created, body },
    signerOf(author),
    NETWORK,
  );
}

export function recordOf<K extends Kind>(
  kind: K,
  bundle: Bundle,
  author: number,
  body: BodyOf<K>,
  revision = 1,
  created = 1000,
): SignedRecord {
  return signRecord(
    { kind, subject: bundle.cid, revision, created, body } as never,
    signerOf(author),
    NETWORK,
  );
}

export function verdictBodyOf(outcome: "pass" | "fail" | "unknown"): BodyOf<"verdict"> {
  return {
    outcome,
    reason: outcome === "pass" ? "passed" : "case-failed: case 1",
    runner: "action-collective-runner/1",
    deno: "2.9.6",
    layers: ["deno-permissions"],
    cases: { run: 3, passed: outcome === "pass" ? 3 : 2 },
    tests: { run: 0, passed: 0 },
    calls: 0,
    durationMs: 20,
    permissions: [],
    evidence: new Uint8Array(32),
  };
}
