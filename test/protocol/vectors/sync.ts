/** Frames of sync/2.0.0 and fingerprints, written out by hand from SPEC §10, so that they test the codec and not the other way round. */
import { createHash } from "node:crypto";

const number = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, "0");
const sha256 = (text: string): string => createHash("sha256").update(text, "ascii").digest("hex");

interface Item {
  readonly created: number;
  readonly digest: string;
}

/** The digest of an item of a vector is the hash of its name. */
const items: Item[] = [
  { created: 0, digest: sha256("zero") },
  { created: 1_700_000_000_000, digest: sha256("one") },
  { created: 1_700_000_000_000, digest: sha256("two") },
  { created: 1_700_000_000_001, digest: "ff".repeat(32) },
  { created: 2 ** 48 - 2, digest: `${"ff".repeat(31)}fe` },
];

/** SPEC §10.1. */
function fingerprint(set: readonly Item[]): string {
  const sum = set.reduce((total, { digest }) => total + BigInt(`0x${digest}`), 0n) % 2n ** 256n;
  const bytes = sum.toString(16).padStart(64, "0") + number(set.length, 4);
  return createHash("sha256").update(bytes, "hex").digest("hex").slice(0, 32);
}

const bound = (created: number, prefix = ""): string =>
  number(created, 6) + number(prefix.length / 2, 1) + prefix;
const short = ({ created, digest }: Item): string => number(created, 6) + digest.slice(0, 32);
const summary = (set: readonly Item[]): string => number(set.length, 4) + fingerprint(set);
const summaryOf = (set: readonly Item[]) => ({ count: set.length, fingerprint: fingerprint(set) });
const record = (bytes: string): string => number(bytes.length / 2, 2) + bytes;

const FIRST = bound(0);
const LAST = bound(2 ** 48 - 1);
const MIDDLE = bound(1_700_000_000_000, "80");
const LONG = bound(1_700_000_000_000, "0102030405060708090a0b0c0d0e0f10");
const LONGEST_RECORD = "ab".repeat(16_384);
const one = items.slice(0, 1);

const ranges = (kind: number, ...bounds: string[]): string =>
  `02${number(kind, 1)}${number(bounds.length / 2, 1)}${bounds.join("")}`;
const records = (kind: number, head: string, list: readonly string[]): string =>
  `02${number(kind, 1)}${head}${number(list.length, 2)}${list.map(record).join("")}`;

export function syncVectors(): unknown {
  return {
    spec: "§10",
    sets: [[], one, items.slice(0, 3), items].map((set) => ({ items: set, ...summaryOf(set) })),
    requests: {
      good: [
        { name: "compare", kind: "compare", ...summaryOf(items), hex: `0201${summary(items)}` },
        { name: "tell", kind: "tell", ...summaryOf([]), hex: `0206${summary([])}` },
        { name: "split everything", kind: "split", hex: ranges(2, FIRST, LAST) },
        { name: "list two ranges that touch", kind: "list", hex: ranges(3, FIRST, MIDDLE, MIDDLE, LAST) },
        { name: "records from a long bound on", kind: "records", hex: ranges(4, LONG, LAST) },
        { name: "get two", kind: "get", hex: `0205${number(2, 2)}${items.slice(1, 3).map(short).join("")}` },
      ],
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 1", hex: `0101${summary(items)}` },
        { name: "kind 7", hex: "0207" },
        { name: "busy", hex: "0200000005dc" },
        { name: "cut", hex: `0201${summary(items)}`.slice(0, -2) },
        { name: "bytes after it", hex: `0201${summary(items)}00` },
        { name: "no range", hex: ranges(2) },
        { name: "65 ranges", hex: ranges(2, ...Array.from({ length: 130 }, (_, n) => bound((n + 1) >> 1))) },
        { name: "empty range", hex: ranges(3, MIDDLE, MIDDLE) },
        { name: "range upside down", hex: ranges(3, LAST, FIRST) },
        { name: "ranges that overlap", hex: ranges(3, FIRST, LAST, MIDDLE, LAST) },
        { name: "prefix of 17 bytes", hex: ranges(2, FIRST, bound(5, "01".repeat(17))) },
        { name: "prefix that ends in zero", hex: ranges(2, FIRST, bound(5, "0100")) },
        { name: "bound beyond the end", hex: ranges(2, FIRST, bound(2 ** 48 - 1, "01")) },
        { name: "get nothing", hex: "02050000" },
        { name: "get an item beyond the end", hex: `02050001${"ff".repeat(6)}${"01".repeat(16)}` },
      ],
    },
    answers: {
      good: [
        { name: "busy", kind: "busy", hex: `0200${number(1_500, 4)}` },
        { name: "compare", kind: "compare", hex: `0201${summary(items)}` },
        {
          name: "two pieces of one range, and one of another",
          kind: "split",
          hex: `02020202${MIDDLE}${summary(one)}${LONG}${summary(one)}01${LAST}${summary([])}`,
        },
        {
          name: "list",
          kind: "list",
          hex: `0203${LAST}${number(2, 2)}${items.slice(0, 2).map(short).join("")}`,
        },
        { name: "empty list", kind: "list", hex: `0203${MIDDLE}0000` },
        { name: "two records", kind: "records", hex: records(4, LAST, ["01", "0203"]) },
        { name: "longest record", kind: "records", hex: records(4, LAST, [LONGEST_RECORD]) },
        { name: "one of three is still there", kind: "get", hex: records(5, number(3, 2), ["0a0b"]) },
        { name: "tell", kind: "tell", hex: "0206" },
      ],
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 3", hex: "0306" },
        { name: "kind 7", hex: "0207" },
        { name: "busy, cut", hex: "02000000" },
        { name: "tell, bytes after it", hex: "020600" },
        { name: "split of nothing", hex: "020200" },
        { name: "range without pieces", hex: "02020100" },
        { name: "17 pieces", hex: `02020111${`${LAST}${summary([])}`.repeat(17)}` },
        { name: "count without items", hex: `0203${LAST}0001` },
        { name: "4,097 items", hex: `0203${LAST}1001${items.slice(0, 1).map(short).join("").repeat(4_097)}` },
        { name: "empty record", hex: records(4, LAST, [""]) },
        { name: "record of 16,385 bytes", hex: records(4, LAST, [`${LONGEST_RECORD}ab`]) },
        { name: "record past the end", hex: records(4, LAST, ["0102"]).slice(0, -2) },
        {
          name: "4,097 records",
          hex: records(
            4,
            LAST,
            Array.from({ length: 4_097 }, () => "00"),
          ),
        },
      ],
    },
  };
}
