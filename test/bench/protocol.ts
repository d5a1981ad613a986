/**
 * What a record costs a peer, against the bare native signature verification in the same run:
 * `node --conditions=source test/bench/protocol.ts [--json FILE]`.
 */
import { createPublicKey, verify as nativeVerify } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import {
  buildBundle,
  createVerifier,
  decodeManifest,
  fileNames,
  openRecord,
  type SignedRecord,
  signRecord,
} from "@action-collective/protocol";
import { definition, NETWORK, signerOf } from "../protocol/vectors/material.ts";
import { goodRecords } from "../protocol/vectors/records.ts";

interface Row {
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: number;
  readonly aim?: number;
  readonly met?: boolean;
}

/** Rounds in which all contenders take turns, so that a busy machine slows all of them alike. */
const ROUNDS = 60;
const ROUND_MS = 10;
const AIM = 0.6;

const signer = signerOf("bench");

/** Publications of the starter library, which is what the network is expected to carry; one of our own without it. */
function publications(): { name: string; record: SignedRecord }[] {
  const folder = new URL("../../library/actions/", import.meta.url);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const definitions = names.map((name) => {
    const action = new URL(`${name}/`, folder);
    const text = (file: string) => readFileSync(new URL(file, action), "utf8");
    const files = fileNames("typescript");
    const test = existsSync(new URL(files.test, action)) ? { test: text(files.test) } : {};
    return { ...JSON.parse(text("action.json")), language: "typescript", code: text(files.code), ...test };
  });
  return [definition, ...definitions].map((one) => {
    const { cid, bytes } = buildBundle(one);
    const draft = { kind: "publication", subject: cid, revision: 1, created: 1 } as const;
    return { name: one.name, record: signRecord({ ...draft, body: { manifest: bytes } }, signer, NETWORK) };
  });
}

/** Calls a second of each contender: the median over rounds in which each had its turn. */
function race(contenders: Record<string, () => void>): Record<string, number> {
  const rates = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = -5; round < ROUNDS; round++)
    for (const [name, call] of Object.entries(contenders)) {
      const start = performance.now();
      let calls = 0;
      for (; performance.now() - start < ROUND_MS; calls++) call();
      if (round >= 0) rates.get(name)?.push((calls * 1000) / (performance.now() - start));
    }
  return Object.fromEntries([...rates].map(([name, all]) => [name, median(all)]));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function bareVerification({ head, signature }: SignedRecord): () => void {
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), signer.publicKey]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  const message = Buffer.concat([Buffer.from(`action-collective/record/1\0${NETWORK}\0`), head]);
  return () => {
    if (!nativeVerify(null, message, key, signature)) throw new Error("the signature must be valid");
  };
}

function measure(): Row[] {
  const bySize = publications().sort((a, b) => a.record.bytes.length - b.record.bytes.length);
  const typical = bySize[bySize.length >> 1]?.record;
  const largest = bySize.at(-1)?.record;
  const { verdict, feedback } = goodRecords();
  if (typical?.kind !== "publication" || largest === undefined || !verdict || !feedback)
    throw new Error("there is nothing to measure");
  const verifier = createVerifier();
  const open = (record: SignedRecord) => () => openRecord(record.bytes, verifier, NETWORK);
  const rates = race({
    bare: bareVerification(typical),
    typical: open(typical),
    largest: open(largest),
    verdict: open(verdict),
    feedback: open(feedback),
    manifest: () => decodeManifest(typical.body.manifest),
    forged: () => verifier.verify(typical.signature, typical.bytes, typical.authorKey),
    sign: () => signer.sign(typical.head),
  });
  const baseline = rates.bare ?? 0;
  const rate = (metric: string, name: string): Row => {
    const value = Math.round(rates[name] ?? 0);
    return { metric, value, unit: "1/s", baseline: Math.round(baseline) };
  };
  const share = (rates.typical ?? 0) / baseline;
  return [
    rate("bare native signature verification", "bare"),
    rate(`open a typical publication (${typical.bytes.length} bytes)`, "typical"),
    {
      metric: "the same as a share of the bare rate",
      value: round(share),
      unit: "",
      aim: AIM,
      met: share >= AIM,
    },
    rate(`open the largest publication (${largest.bytes.length} bytes)`, "largest"),
    rate("open a verdict", "verdict"),
    rate("open a feedback", "feedback"),
    rate("decode and validate a typical manifest", "manifest"),
    rate("refuse a forged signature", "forged"),
    rate("sign a head", "sign"),
  ];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function line({ metric, value, unit, aim, met }: Row): string {
  const judged = aim === undefined ? "" : `  aim ≥ ${aim}: ${met === true ? "met" : "MISSED"}`;
  return `${metric.padEnd(52)}${String(value).padStart(8)} ${unit}${judged}`;
}

const { values } = parseArgs({ options: { json: { type: "string" } } });
const rows = measure();
for (const row of rows) console.log(line(row));
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ name: "protocol", rows }, null, 2)}\n`);
