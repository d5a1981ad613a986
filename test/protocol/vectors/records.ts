import {
  type BodyOf,
  consentToSucceed,
  type Kind,
  proveEquivocation,
  revisionOfCompromise,
  type SignedRecord,
  sha256,
  signRecord,
} from "@action-collective/protocol";
import type { CID } from "multiformats/cid";
import { bundle, CREATED, hex, NETWORK, richBundle, seedOf, signerOf } from "./material.ts";

export const alice = signerOf("alice");
export const bob = signerOf("bob");
export const carol = signerOf("carol");

interface Options {
  readonly revision?: number;
  readonly created?: number;
}

function make<K extends Kind>(
  by: string,
  kind: K,
  subject: CID | Uint8Array,
  body: BodyOf<K>,
  { revision = 1, created = CREATED }: Options = {},
): SignedRecord {
  return signRecord({ kind, subject, revision, created, body }, signerOf(by), NETWORK);
}

export const verdictBody: BodyOf<"verdict"> = {
  outcome: "pass",
  reason: "passed",
  runner: "deno-sandbox/1",
  deno: "2.9.6",
  layers: ["deno", "bubblewrap"],
  cases: { run: 3, passed: 3 },
  tests: { run: 0, passed: 0 },
  calls: 3,
  durationMs: 41,
  permissions: [],
  evidence: sha256(new Uint8Array([1, 2, 3])),
};

const feedback = { runs: 12, succeeded: 11, useful: 4, useless: 1 };

/** One good record of every kind and form, by name. */
export function goodRecords(): Record<string, SignedRecord> {
  const publish = (options?: Options) =>
    make("alice", "publication", bundle.cid, { manifest: bundle.bytes }, options);
  const first = make("bob", "feedback", bundle.cid, feedback, { revision: 7 });
  const second = make("bob", "feedback", bundle.cid, { ...feedback, useful: 5 }, { revision: 7 });
  const compromisedSince = CREATED - 86_400_000;
  return {
    publication: publish(),
    "publication, revision 2": publish({ revision: 2, created: CREATED + 1000 }),
    "publication with test module": make("alice", "publication", richBundle.cid, {
      manifest: richBundle.bytes,
    }),
    verdict: make("bob", "verdict", bundle.cid, verdictBody),
    "verdict with strength": make("carol", "verdict", bundle.cid, {
      ...verdictBody,
      strength: { mutants: 32, killed: 30 },
    }),
    "verdict, fail": make("bob", "verdict", richBundle.cid, {
      ...verdictBody,
      outcome: "fail",
      reason: "case-failed: case 2",
      cases: { run: 3, passed: 2 },
      permissions: ["read:/etc/passwd"],
    }),
    feedback: first,
    "feedback, same revision": second,
    trust: make("alice", "trust", bob.publicKey, { level: 2, reason: "" }),
    distrust: make("bob", "trust", carol.publicKey, { level: -2, reason: "published a key logger" }),
    withdrawal: make("alice", "withdrawal", bundle.cid, { upTo: 1, reason: "wrong for negative numbers" }),
    "succession, rotation": make("alice", "succession", carol.publicKey, {
      consent: consentToSucceed(carol, alice.publicKey, NETWORK),
    }),
    "succession, compromise": make(
      "alice",
      "succession",
      alice.publicKey,
      { compromisedSince },
      { revision: revisionOfCompromise(compromisedSince) },
    ),
    equivocation: make("alice", "equivocation", bob.publicKey, proveEquivocation(first, second)),
    "highest revision": make("carol", "feedback", bundle.cid, feedback, {
      revision: Number.MAX_SAFE_INTEGER,
      created: 0,
    }),
  };
}

export function recordVectors(): unknown {
  const keys = ["alice", "bob", "carol"].map((name) => ({
    name,
    seed: hex(seedOf(name)),
    publicKey: hex(signerOf(name).publicKey),
  }));
  const good = Object.entries(goodRecords()).map(([name, record]) => {
    const { kind, author, subject, revision, created, head, signature, id, digest, bytes } = record;
    const body = bodyBytes(record);
    return {
      name,
      ...{ kind, author, subject, revision, created, id },
      ...{ digest: hex(digest), head: hex(head), body: hex(body), signature: hex(signature) },
      record: hex(bytes),
    };
  });
  return { spec: "§4", network: NETWORK, keys, good };
}

/** The body as it stands in the wire form, between head and signature. */
function bodyBytes({ bytes, head }: SignedRecord): Uint8Array {
  const start = 1 + headerBytes(head.length) + head.length;
  const end = bytes.length - 66;
  const length = end - start;
  return bytes.subarray(start + (length - 2 < 24 ? 1 : length - 2 < 256 ? 2 : 3), end);
}

function headerBytes(length: number): number {
  return length < 24 ? 1 : length < 256 ? 2 : 3;
}
