/** Frames of sync/1.0.0, written out by hand from SPEC §10, so that they test the codec and not the other way round. */

const ascii = (text: string): string => Buffer.from(text, "ascii").toString("hex");
const number = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, "0");
const request = (epoch: string, after: number, limit: number): string =>
  `01${number(epoch.length, 1)}${ascii(epoch)}${number(after, 6)}${number(limit, 4)}`;
const page = (epoch: string, done: string, next: number, records: readonly string[]): string =>
  `0100${number(epoch.length, 1)}${ascii(epoch)}${done}${number(next, 6)}${number(records.length, 2)}` +
  records.map((record) => number(record.length / 2, 2) + record).join("");

const LONGEST_EPOCH = "e".repeat(64);
const LONGEST_RECORD = "ab".repeat(16_384);

export function syncVectors(): unknown {
  return {
    spec: "§10",
    requests: {
      good: [
        { name: "first contact", epoch: "", after: 0, limit: 262_144, hex: request("", 0, 262_144) },
        { name: "go on", epoch: "e1", after: 4_294_967_296, limit: 1, hex: request("e1", 4_294_967_296, 1) },
        {
          name: "longest epoch",
          epoch: LONGEST_EPOCH,
          after: 1,
          limit: 1,
          hex: request(LONGEST_EPOCH, 1, 1),
        },
      ],
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 2", hex: request("", 0, 1).replace(/^01/, "02") },
        { name: "cut", hex: request("e1", 0, 1).slice(0, -2) },
        { name: "bytes after it", hex: `${request("e1", 0, 1)}00` },
        { name: "epoch of 65 characters", hex: request("e".repeat(65), 0, 1) },
        { name: "epoch with a space", hex: request("e 1", 0, 1) },
        { name: "epoch with a control character", hex: request("e\n", 0, 1) },
        { name: "epoch beyond ASCII", hex: `0101ff${number(0, 6)}${number(1, 4)}` },
      ],
    },
    answers: {
      good: [
        { name: "busy", retryAfterMs: 1_500, hex: `0101${number(1_500, 4)}` },
        { name: "nothing new", epoch: "e1", done: true, next: 7, records: [], hex: page("e1", "01", 7, []) },
        {
          ...{ name: "two records", epoch: "e1", done: false, next: 9, records: ["01", "0203"] },
          hex: page("e1", "00", 9, ["01", "0203"]),
        },
        {
          ...{ name: "longest record", epoch: "e1", done: true, next: 1, records: [LONGEST_RECORD] },
          hex: page("e1", "01", 1, [LONGEST_RECORD]),
        },
      ],
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 0", hex: "0001000005dc" },
        { name: "unknown answer", hex: "010200000000" },
        { name: "busy, cut", hex: "01010000" },
        { name: "busy, bytes after it", hex: "0101000005dc00" },
        { name: "page without an epoch", hex: page("", "01", 1, []) },
        { name: "done is 2", hex: page("e1", "02", 1, []) },
        { name: "count without records", hex: page("e1", "01", 1, []).replace(/0000$/, "0001") },
        { name: "empty record", hex: page("e1", "01", 1, [""]) },
        { name: "record of 16,385 bytes", hex: page("e1", "01", 1, [`${LONGEST_RECORD}ab`]) },
        { name: "record past the end", hex: page("e1", "01", 1, ["0102"]).slice(0, -2) },
        {
          name: "4,097 records",
          hex: page(
            "e1",
            "01",
            1,
            Array.from({ length: 4_097 }, () => "00"),
          ),
        },
        { name: "bytes after the last record", hex: `${page("e1", "01", 1, ["01"])}00` },
      ],
    },
  };
}
