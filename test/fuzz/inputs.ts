import { readdirSync, readFileSync } from "node:fs";
import { decodeCanonical } from "@action-collective/protocol";
import { bundle, definition, richBundle, richDefinition } from "../protocol/vectors/material.ts";
import { goodRecords } from "../protocol/vectors/records.ts";

const CORPUS = new URL("./corpus/", import.meta.url);
const VECTORS = new URL("../../protocol/vectors/", import.meta.url);

export interface Regression {
  readonly file: string;
  readonly target: string;
  readonly input: Uint8Array;
}

/** Inputs that once broke a decoder, or nearly: `<target>--<what>.hex`. */
export function regressions(): Regression[] {
  return readdirSync(CORPUS)
    .filter((file) => file.endsWith(".hex"))
    .map((file) => ({
      file,
      target: file.split("--")[0] ?? "",
      input: new Uint8Array(Buffer.from(readFileSync(new URL(file, CORPUS), "utf8").trim(), "hex")),
    }));
}

/** Where to write a new regression. */
export function corpusFile(name: string): URL {
  return new URL(name, CORPUS);
}

/** What mutation starts from: every good and bad vector, whole definitions, ids. */
export function seeds(): Uint8Array[] {
  const texts = [definition, richDefinition].map((value) => JSON.stringify(value));
  const ids = [bundle.id, "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo"];
  const asked = ["010a030301036373760003637376", "010002000101000102", "0101000005dc"];
  const records = Object.values(goodRecords());
  return [
    ...[...texts, ...ids].map((text) => new Uint8Array(Buffer.from(text))),
    ...asked.map((frame) => new Uint8Array(Buffer.from(frame, "hex"))),
    ...[bundle.bytes, richBundle.bytes],
    ...records.flatMap((record) => [record.bytes, record.head]),
    ...bodies(),
    ...vectorsIn("canonical.json"),
    ...vectorsIn("refusals.json"),
    ...syncFrames(),
    ...letters(),
  ];
}

/** Bodies behind a byte that names their kind, as the target "sealed-body" wants them. */
function bodies(): Uint8Array[] {
  const { good } = JSON.parse(readFileSync(new URL("records.json", VECTORS), "utf8")) as {
    good: { body: string }[];
  };
  return good.flatMap(({ body }) =>
    [0, 1, 2, 3, 4, 5, 6].map((kind) => Uint8Array.from([kind, ...Buffer.from(body, "hex")])),
  );
}

/** Letters whole and without their signatures, and the frames that follow them; not the largest. */
function letters(): Uint8Array[] {
  const { letters, frames } = JSON.parse(readFileSync(new URL("letters.json", VECTORS), "utf8")) as Record<
    "letters" | "frames",
    { good: { hex: string }[]; bad: { hex: string }[] }
  >;
  const whole = [...letters.good, ...letters.bad].filter(({ hex }) => hex.length < 4_000);
  const opened = letters.good.flatMap(({ hex }) => {
    const parts = decodeCanonical(Buffer.from(hex, "hex"), 1e6);
    return Array.isArray(parts) && parts[0] instanceof Uint8Array ? [parts[0]] : [];
  });
  return [
    ...[...whole, ...frames.good, ...frames.bad].map(({ hex }) => new Uint8Array(Buffer.from(hex, "hex"))),
    ...opened,
  ];
}

/** Well-formed and broken ones, but for those of the longest records and lists: mutation would not find its way in them. */
function syncFrames(): Uint8Array[] {
  const { requests, answers } = JSON.parse(readFileSync(new URL("sync.json", VECTORS), "utf8")) as Record<
    string,
    Record<string, { hex: string }[]>
  >;
  return [requests, answers]
    .flatMap((frames) => Object.values(frames ?? {}).flat())
    .map(({ hex }) => new Uint8Array(Buffer.from(hex, "hex")))
    .filter((frame) => frame.length < 1_000);
}

function vectorsIn(file: string): Uint8Array[] {
  const { good = [], bad = [] } = JSON.parse(readFileSync(new URL(file, VECTORS), "utf8")) as Record<
    string,
    { hex?: string; record?: string }[] | undefined
  >;
  return [...good, ...bad].map(({ hex, record }) => new Uint8Array(Buffer.from(hex ?? record ?? "", "hex")));
}
