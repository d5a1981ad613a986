import {
  type BodyOf,
  cidOf,
  consentToSucceed,
  encodeCanonical,
  MAX_REVISION,
  proveEquivocation,
  RAW,
  type SignedRecord,
  type Signer,
  sha256,
} from "@action-collective/protocol";
import { changedManifest } from "./manifests.ts";
import { bundle, CREATED, hex, NETWORK, richBundle } from "./material.ts";
import { alice, bob, carol, goodRecords, verdictBody } from "./records.ts";

type Fields = Record<string, unknown>;
type Code = "malformed" | "not-canonical" | "limit-exceeded" | "bad-signature";

const feedback = { runs: 1, succeeded: 1, useful: 0, useless: 0 };

/** Signs whatever it is given, as no honest peer would: the refusal must not hang on the signature. */
function forge(
  fields: Fields,
  body: unknown,
  { signer = bob, network = NETWORK, bodyBytes = encodeCanonical(body) } = {},
) {
  const whole: Fields = {
    ...{
      v: 1,
      kind: "feedback",
      author: signer.publicKey,
      subject: bundle.cid,
      revision: 1,
      created: CREATED,
    },
    ...{ body: sha256(bodyBytes), ...fields },
  };
  const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  const head = encodeCanonical(kept);
  return seal(head, bodyBytes, signer, network);
}

function seal(head: Uint8Array, body: Uint8Array, signer: Signer, network = NETWORK): Uint8Array {
  const domain = Buffer.from(`action-collective/record/1\0${network}\0`);
  return encodeCanonical([head, body, signer.sign(Buffer.concat([domain, head]))]);
}

const verdict = (change: Fields) => forge({ kind: "verdict" }, { ...verdictBody, ...change });
const trust = (subject: unknown, body: Fields) => forge({ kind: "trust", subject }, body);

function proofOf(first: SignedRecord, second: SignedRecord): BodyOf<"equivocation"> {
  return proveEquivocation(first, second);
}

function accuse(accused: Signer, proof: BodyOf<"equivocation">): Uint8Array {
  return forge({ kind: "equivocation", subject: accused.publicKey }, proof, { signer: alice });
}

function headRefusals(): [string, string, Code, Uint8Array][] {
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const good = forge({}, feedback);
  const wide = encodeCanonical(Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`key${i}`, i])));
  return [
    ["not a list", "§4.1", "malformed", encodeCanonical({})],
    ["list of two", "§4.1", "malformed", encodeCanonical([new Uint8Array(1), new Uint8Array(1)])],
    ["head that is a map", "§4.1", "malformed", encodeCanonical([{}, new Uint8Array(1), new Uint8Array(64)])],
    ["head that is a list", "§4.1", "malformed", seal(encodeCanonical([]), new Uint8Array(1), bob)],
    ["head of more than 256 bytes", "§4.1", "limit-exceeded", seal(wide, new Uint8Array(1), bob)],
    [
      "head that is not canonical",
      "§2",
      "not-canonical",
      seal(new Uint8Array([0x18, 1]), new Uint8Array(1), bob),
    ],
    ["version 2", "§4.1", "malformed", forge({ v: 2 }, feedback)],
    ["unknown kind", "§4.1", "malformed", forge({ kind: "vote" }, feedback)],
    ["kind toString", "§4.1", "malformed", forge({ kind: "toString" }, feedback)],
    ["author of 31 bytes", "§4.1", "malformed", forge({ author: new Uint8Array(31) }, feedback)],
    ["revision 0", "§4.1", "malformed", forge({ revision: 0 }, feedback)],
    ["revision 1.5", "§4.1", "malformed", forge({ revision: 1.5 }, feedback)],
    ["created before 1970", "§4.1", "malformed", forge({ created: -1 }, feedback)],
    ["no created", "§4.1", "malformed", forge({ created: undefined }, feedback)],
    ["unknown field", "§4.1", "malformed", forge({ note: 1 }, feedback)],
    [
      "subject is a raw CID",
      "§4.1",
      "malformed",
      forge({ subject: cidOf(new Uint8Array(1), RAW) }, feedback),
    ],
    ["subject of feedback is a peer", "§4.1", "malformed", forge({ subject: alice.publicKey }, feedback)],
    ["subject of trust is an action", "§4.1", "malformed", trust(bundle.cid, { level: 1, reason: "" })],
    ["body of another hash", "§4.1", "malformed", forge({ body: sha256(new Uint8Array(1)) }, feedback)],
    [
      "body that is not canonical",
      "§2",
      "not-canonical",
      forge({}, 0, { bodyBytes: new Uint8Array([0x18, 1]) }),
    ],
    ["signature of another network", "§4.1", "bad-signature", forge({}, feedback, { network: "elsewhere" })],
    ["signature of another peer", "§4.1", "bad-signature", forge({ author: alice.publicKey }, feedback)],
    ["flipped bit of the signature", "§4.1", "bad-signature", flip(good, good.length - 1)],
    ["flipped bit of the body", "§4.1", "malformed", flip(good, good.length - 67)],
    ["signature of 63 bytes", "§4.1", "bad-signature", cutSignature(good)],
    ["bytes after the record", "§2", "not-canonical", Uint8Array.from([...good, 0])],
    ["more than 16 KiB", "§6", "limit-exceeded", forge({}, feedback, { bodyBytes: new Uint8Array(17_000) })],
  ];
}

/** The signature is the last of the three: 0x58 0x40 and 64 bytes. */
function cutSignature(record: Uint8Array): Uint8Array {
  const start = record.length - 66;
  return Uint8Array.from([...record.subarray(0, start), 0x58, 63, ...record.subarray(start + 2, -1)]);
}

function bodyRefusals(): [string, string, Code, Uint8Array][] {
  const publication = (manifest: Uint8Array) => forge({ kind: "publication" }, { manifest });
  return [
    ["publication of another manifest", "§4.4", "malformed", publication(richBundle.bytes)],
    ["publication of a bad manifest", "§5", "malformed", publication(changedManifest({ v: 2 }))],
    [
      "publication of a manifest that is not canonical",
      "§2",
      "not-canonical",
      publication(new Uint8Array([0x18, 1])),
    ],
    ["publication with more than 12 KiB", "§6", "limit-exceeded", publication(new Uint8Array(12_289))],
    ["publication without a manifest", "§4.4", "malformed", forge({ kind: "publication" }, {})],
    ["verdict maybe", "§4.5", "malformed", verdict({ outcome: "maybe" })],
    ["verdict pass with a failed case", "§4.5", "malformed", verdict({ cases: { run: 3, passed: 2 } })],
    ["verdict with more passed than run", "§4.5", "malformed", verdict({ tests: { run: 0, passed: 1 } })],
    ["verdict with a reason of two lines", "§4.5", "malformed", verdict({ reason: "a\nb" })],
    ["verdict with a reason of 201 characters", "§4.5", "malformed", verdict({ reason: "a".repeat(201) })],
    ["verdict with an invisible runner", "§7.1", "malformed", verdict({ runner: "deno\u200b" })],
    [
      "verdict with nine layers",
      "§4.5",
      "malformed",
      verdict({ layers: Array.from({ length: 9 }, () => "x") }),
    ],
    ["verdict with a fraction of a millisecond", "§4.5", "malformed", verdict({ durationMs: 1.5 })],
    [
      "verdict with more killed than mutants",
      "§4.5",
      "malformed",
      verdict({ strength: { mutants: 3, killed: 4 } }),
    ],
    [
      "verdict with a strength of nothing",
      "§4.5",
      "malformed",
      verdict({ strength: { mutants: 0, killed: 0 } }),
    ],
    [
      "verdict fail with a strength",
      "§4.5",
      "malformed",
      verdict({ outcome: "fail", strength: { mutants: 3, killed: 3 } }),
    ],
    ["verdict with a short digest", "§4.5", "malformed", verdict({ evidence: new Uint8Array(31) })],
    ["verdict without evidence", "§4.5", "malformed", forge({ kind: "verdict" }, { outcome: "pass" })],
    ["feedback with more successes than runs", "§4.6", "malformed", forge({}, { ...feedback, succeeded: 2 })],
    ["feedback below zero", "§4.6", "malformed", forge({}, { ...feedback, useful: -1 })],
    ["feedback with a text", "§4.6", "malformed", forge({}, { ...feedback, task: "my task" })],
    ["feedback beyond 10^9", "§4.6", "malformed", forge({}, { ...feedback, useful: 1_000_000_001 })],
    ["trust of level 3", "§4.7", "malformed", trust(alice.publicKey, { level: 3, reason: "" })],
    ["trust of level 0.5", "§4.7", "malformed", trust(alice.publicKey, { level: 0.5, reason: "" })],
    ["trust in oneself", "§4.7", "malformed", trust(bob.publicKey, { level: 2, reason: "" })],
    ["withdrawal of nothing", "§4.8", "malformed", forge({ kind: "withdrawal" }, { upTo: 0, reason: "" })],
    ["withdrawal without a reason field", "§4.8", "malformed", forge({ kind: "withdrawal" }, { upTo: 1 })],
  ];
}

function successionRefusals(): [string, string, Code, Uint8Array][] {
  const since = CREATED - 1000;
  const succeed = (subject: Uint8Array, body: Fields, fields: Fields = {}) =>
    forge({ kind: "succession", subject, ...fields }, body, { signer: alice });
  const consent = consentToSucceed(carol, alice.publicKey, NETWORK);
  const compromise = { revision: MAX_REVISION - since };
  return [
    ["successor did not consent", "§4.9", "bad-signature", succeed(bob.publicKey, { consent })],
    [
      "consent for another network",
      "§4.9",
      "bad-signature",
      succeed(carol.publicKey, { consent: consentToSucceed(carol, alice.publicKey, "elsewhere") }),
    ],
    [
      "own successor",
      "§4.9",
      "malformed",
      succeed(alice.publicKey, { consent: consentToSucceed(alice, alice.publicKey, NETWORK) }),
    ],
    [
      "both forms at once",
      "§4.9",
      "malformed",
      succeed(carol.publicKey, { consent, compromisedSince: since }),
    ],
    [
      "another's key compromised",
      "§4.9",
      "malformed",
      succeed(bob.publicKey, { compromisedSince: since }, compromise),
    ],
    [
      "compromise with a revision of its own",
      "§4.9",
      "malformed",
      succeed(alice.publicKey, { compromisedSince: since }),
    ],
    [
      "compromise to come",
      "§4.9",
      "malformed",
      succeed(alice.publicKey, { compromisedSince: CREATED + 1 }, { revision: MAX_REVISION - CREATED - 1 }),
    ],
  ];
}

function equivocationRefusals(): [string, string, Code, Uint8Array][] {
  const good = goodRecords();
  const pick = (name: string): SignedRecord => good[name] ?? raise(name);
  const [first, second] = [pick("feedback"), pick("feedback, same revision")];
  const proof = proofOf(first, second);
  const forged = { ...proof.second, signature: proof.first.signature };
  return [
    ["the same record twice", "§4.10", "malformed", accuse(bob, proofOf(first, first))],
    [
      "two in the wrong order",
      "§4.10",
      "malformed",
      accuse(bob, { first: proof.second, second: proof.first }),
    ],
    ["two registers", "§4.10", "malformed", accuse(bob, proofOf(pick("verdict"), pick("verdict, fail")))],
    [
      "two revisions",
      "§4.10",
      "malformed",
      accuse(alice, proofOf(pick("publication"), pick("publication, revision 2"))),
    ],
    ["about another peer", "§4.10", "malformed", accuse(carol, proof)],
    ["one of two forged", "§4.10", "bad-signature", accuse(bob, { ...proof, second: forged })],
    [
      "a half that is no head",
      "§4.10",
      "malformed",
      accuse(bob, { ...proof, first: { ...proof.first, head: encodeCanonical({}) } }),
    ],
  ];
}

function raise(name: string): never {
  throw new Error(`there is no vector "${name}"`);
}

export function refusalVectors(): unknown {
  const all = [...headRefusals(), ...bodyRefusals(), ...successionRefusals(), ...equivocationRefusals()];
  return {
    spec: "§4",
    network: NETWORK,
    note: "Each is refused with the code; over gossip the outcome is reject.",
    bad: all.map(([name, spec, code, record]) => ({ name, spec, code, record: hex(record) })),
  };
}
