import { createHash } from "node:crypto";
import { etc, hashes, Point } from "@noble/ed25519";
import { hex, seedOf } from "./material.ts";

/**
 * Signatures on which implementations disagree (SPEC §1.2), made by hand with point arithmetic: with small-order and
 * mixed-order keys, torsion in R, encodings that are not canonical, and S beyond the group order.
 */
hashes.sha512 = sha512;

function sha512(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha512").update(bytes).digest());
}

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const B = Point.BASE;
const TORSION_8 = Point.fromBytes(
  etc.hexToBytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
);
const a = scalar("secret");
const r = scalar("nonce");
const A = B.multiply(a);
const R = B.multiply(r);

export interface SignatureVector {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
  readonly why: string;
}

function scalar(name: string): bigint {
  return etc.mod(fromLittleEndian(sha512(seedOf(name))), L);
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return [...bytes].reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

function challenge(R: Uint8Array, key: Uint8Array, message: Uint8Array): bigint {
  return etc.mod(fromLittleEndian(sha512(etc.concatBytes(R, key, message))), L);
}

/** A message for which the challenge is, or is not, a multiple of 8: only then cofactorless verifiers agree. */
function messageFor(R: Uint8Array, key: Uint8Array, multipleOf8: boolean): Uint8Array {
  for (let i = 0; ; i++) {
    const message = new TextEncoder().encode(`message ${i}`);
    if ((challenge(R, key, message) % 8n === 0n) === multipleOf8) return message;
  }
}

interface Crafted {
  readonly key: Uint8Array;
  readonly R: Uint8Array;
  readonly message: Uint8Array;
  readonly s: bigint;
}

function vector(name: string, valid: boolean, why: string, { key, R, message, s }: Crafted): SignatureVector {
  const signature = etc.concatBytes(R, toLittleEndian(s));
  return { name, publicKey: hex(key), message: hex(message), signature: hex(signature), valid, why };
}

const honestKey = A.toBytes();
const honestR = R.toBytes();
const honestMessage = messageFor(honestR, honestKey, false);
const honestS = etc.mod(r + challenge(honestR, honestKey, honestMessage) * a, L);
const honest: Crafted = { key: honestKey, R: honestR, message: honestMessage, s: honestS };

/** All encodings of the eight points of small order, canonical ones first. */
const SMALL_ORDER: readonly (readonly [name: string, canonical: boolean, encoding: Uint8Array])[] = [
  ["identity", true, toLittleEndian(1n)],
  ["order 2", true, toLittleEndian(P - 1n)],
  ["order 4", true, toLittleEndian(0n)],
  ["order 4, negative", true, withSign(toLittleEndian(0n))],
  ["order 8, first", true, TORSION_8.toBytes()],
  ["order 8, second", true, TORSION_8.negate().toBytes()],
  ["order 8, third", true, TORSION_8.multiply(3n).toBytes()],
  ["order 8, fourth", true, TORSION_8.multiply(5n).toBytes()],
  ["identity with sign bit", false, withSign(toLittleEndian(1n))],
  ["order 2 with sign bit", false, withSign(toLittleEndian(P - 1n))],
  ["order 4 as y = p", false, toLittleEndian(P)],
  ["order 4 as y = p, negative", false, withSign(toLittleEndian(P))],
  ["identity as y = p + 1", false, toLittleEndian(P + 1n)],
  ["identity as y = p + 1, with sign bit", false, withSign(toLittleEndian(P + 1n))],
];

function withSign(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const signed = Uint8Array.from(bytes);
  signed[31] = (signed[31] ?? 0) | 0x80;
  return signed;
}

function smallOrderKeys(): SignatureVector[] {
  return SMALL_ORDER.map(([name, canonical, key]) =>
    vector(
      `key of small order: ${name}`,
      false,
      `8S·B = 8R + 8k·A holds for every message${canonical ? "" : "; the encoding is not canonical either"}`,
      { key, R: honestR, message: messageFor(honestR, key, true), s: r },
    ),
  );
}

function mixedOrderKeys(): SignatureVector[] {
  return [true, false].map((agreed) => {
    const key = A.add(TORSION_8).toBytes();
    const message = messageFor(honestR, key, agreed);
    const s = etc.mod(r + challenge(honestR, key, message) * a, L);
    const why = agreed
      ? "k is a multiple of 8, so both equations hold"
      : "only the cofactored equation holds, and it is the rule";
    return vector(`key of mixed order, k ${agreed ? "" : "not "}a multiple of 8`, true, why, {
      ...{ key, R: honestR, message, s },
    });
  });
}

function torsionedR(): SignatureVector[] {
  const points: [string, Uint8Array, bigint][] = [
    ["R with torsion of order 8", R.add(TORSION_8).toBytes(), r],
    ["R with torsion of order 2", R.add(Point.fromBytes(toLittleEndian(P - 1n))).toBytes(), r],
    ["R of order 8 alone", TORSION_8.toBytes(), 0n],
  ];
  return points.map(([name, R, nonce]) => {
    const message = messageFor(R, honestKey, false);
    const s = etc.mod(nonce + challenge(R, honestKey, message) * a, L);
    return vector(name, true, "only the cofactored equation holds, and it is the rule", {
      ...{ key: honestKey, R, message, s },
    });
  });
}

function identityR(): SignatureVector[] {
  return SMALL_ORDER.filter(([name]) => name.startsWith("identity")).map(([name, canonical, R]) => {
    const message = messageFor(R, honestKey, false);
    const s = etc.mod(challenge(R, honestKey, message) * a, L);
    const why = canonical
      ? "small order is forbidden for keys, not for R"
      : "the encoding of R is not canonical";
    return vector(`R is the ${name}`, canonical, why, { key: honestKey, R, message, s });
  });
}

function malleatedS(): SignatureVector[] {
  const why = "S must be below the group order L";
  const message = messageFor(toLittleEndian(1n), honestKey, false);
  return [
    vector("S + L", false, why, { ...honest, s: honest.s + L }),
    vector("S + 8L", false, why, { ...honest, s: honest.s + 8n * L }),
    vector("S = L", false, why, { key: honestKey, R: toLittleEndian(1n), message, s: L }),
    vector("S with its highest bit set", false, why, { ...honest, s: honest.s + 2n ** 255n }),
    vector("S negated", false, "another scalar", { ...honest, s: L - honest.s }),
  ];
}

function damaged(): SignatureVector[] {
  const offCurve = toLittleEndian(2n);
  const whole = vector("", false, "", honest);
  return [
    vector("another message", false, "the challenge differs", { ...honest, message: new Uint8Array() }),
    vector("another key", false, "the challenge differs", { ...honest, key: B.toBytes() }),
    vector("key off the curve", false, "y = 2 is no point", { ...honest, key: offCurve }),
    vector("R off the curve", false, "y = 2 is no point", { ...honest, R: offCurve }),
    vector("all zero signature", false, "R = (√-1, 0) and S = 0", {
      ...honest,
      R: toLittleEndian(0n),
      s: 0n,
    }),
    { ...whole, name: "63 bytes", signature: whole.signature.slice(0, 126), why: "a signature has 64 bytes" },
    { ...whole, name: "65 bytes", signature: `${whole.signature}00`, why: "a signature has 64 bytes" },
    { ...whole, name: "key of 31 bytes", publicKey: whole.publicKey.slice(0, 62), why: "a key has 32 bytes" },
  ];
}

export function signatureVectors(): { spec: string; vectors: SignatureVector[] } {
  return {
    spec: "§1.2",
    vectors: [
      vector("honest", true, "as RFC 8032 signs", honest),
      ...smallOrderKeys(),
      ...mixedOrderKeys(),
      ...torsionedR(),
      ...identityR(),
      ...malleatedS(),
      ...damaged(),
    ],
  };
}
