/** Frames of ask/1.0.0, written out by hand from SPEC §15, so that they test the codec and not the other way round. */

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("hex");
const number = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, "0");
const bytesOf = (text: string): string => number(Buffer.byteLength(text), 1) + utf8(text);

interface Question {
  readonly query: string;
  readonly count: number;
  readonly tags: readonly string[];
  readonly languages: readonly string[];
  readonly needs: { readonly net: boolean; readonly secrets: boolean };
}

const request = (
  count: number,
  languages: string,
  needs: string,
  tags: readonly string[],
  query: string,
): string =>
  `01${number(count, 1)}${languages}${needs}${number(tags.length, 1)}${tags.map(bytesOf).join("")}` +
  number(Buffer.byteLength(query), 2) +
  utf8(query);
const records = (list: readonly string[]): string =>
  `0100${number(list.length, 1)}${list.map((record) => number(record.length / 2, 2) + record).join("")}`;

const ANY = { tags: [], languages: ["typescript", "javascript"], needs: { net: true, secrets: true } };
const TAGS = Array.from({ length: 8 }, (_, index) => `${"t".repeat(31)}${index}`);
const LONGEST_RECORD = "ab".repeat(16_384);

const good: readonly (Question & { name: string; hex: string })[] = [
  { name: "plain", ...ANY, query: "csv", count: 10, hex: request(10, "03", "03", [], "csv") },
  {
    ...{ name: "every filter", query: "sort a list", count: 1, tags: ["list", "sort-2"] },
    ...{ languages: ["javascript"], needs: { net: false, secrets: false } },
    hex: request(1, "02", "00", ["list", "sort-2"], "sort a list"),
  },
  {
    ...{ name: "secrets without network", query: "x", count: 16, tags: [] },
    ...{ languages: ["typescript"], needs: { net: false, secrets: true } },
    hex: request(16, "01", "02", [], "x"),
  },
  {
    ...{ name: "longest", ...ANY, tags: TAGS, query: "é".repeat(512), count: 16 },
    hex: request(16, "03", "03", TAGS, "é".repeat(512)),
  },
  {
    ...{ name: "a byte order mark, a line feed and an emoji are characters", ...ANY },
    ...{ query: "\ufeffa\n🧮", count: 2, hex: request(2, "03", "03", [], "\ufeffa\n🧮") },
  },
];

const plain = request(10, "03", "03", [], "csv");

export function askVectors(): unknown {
  return {
    spec: "§15",
    requests: {
      good,
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 2", hex: plain.replace(/^01/, "02") },
        { name: "cut", hex: plain.slice(0, -2) },
        { name: "bytes after it", hex: `${plain}00` },
        { name: "no records wanted", hex: request(0, "03", "03", [], "csv") },
        { name: "17 records wanted", hex: request(17, "03", "03", [], "csv") },
        { name: "no language", hex: request(1, "00", "03", [], "csv") },
        { name: "an unknown language", hex: request(1, "04", "03", [], "csv") },
        { name: "an unknown need", hex: request(1, "03", "04", [], "csv") },
        { name: "9 tags", hex: request(1, "03", "03", [...TAGS, "a"], "csv") },
        { name: "a tag twice", hex: request(1, "03", "03", ["a", "a"], "csv") },
        { name: "an empty tag", hex: request(1, "03", "03", [""], "csv") },
        { name: "a tag of 33 characters", hex: request(1, "03", "03", ["t".repeat(33)], "csv") },
        { name: "a tag in capitals", hex: request(1, "03", "03", ["CSV"], "csv") },
        { name: "an empty query", hex: request(1, "03", "03", [], "") },
        { name: "a blank query", hex: request(1, "03", "03", [], " \n\t") },
        { name: "a query of 1,025 bytes", hex: request(1, "03", "03", [], "q".repeat(1_025)) },
        { name: "a query past the end", hex: `${request(1, "03", "03", [], "").slice(0, -4)}000461` },
        { name: "a query that is not UTF-8", hex: `${request(1, "03", "03", [], "").slice(0, -4)}0001ff` },
        {
          name: "a query with an overlong form",
          hex: `${request(1, "03", "03", [], "").slice(0, -4)}0002c080`,
        },
        { name: "half a surrogate pair", hex: `${request(1, "03", "03", [], "").slice(0, -4)}0003eda080` },
      ],
    },
    answers: {
      good: [
        { name: "busy", retryAfterMs: 1_500, hex: `0101${number(1_500, 4)}` },
        { name: "nothing found", records: [], hex: records([]) },
        { name: "two records", records: ["01", "0203"], hex: records(["01", "0203"]) },
        { name: "longest record", records: [LONGEST_RECORD], hex: records([LONGEST_RECORD]) },
      ],
      bad: [
        { name: "nothing", hex: "" },
        { name: "version 0", hex: "000000" },
        { name: "unknown answer", hex: "010200" },
        { name: "busy, cut", hex: "01010000" },
        { name: "busy, bytes after it", hex: "0101000005dc00" },
        { name: "count without records", hex: "010001" },
        { name: "empty record", hex: records([""]) },
        { name: "record of 16,385 bytes", hex: records([`${LONGEST_RECORD}ab`]) },
        { name: "record past the end", hex: records(["0102"]).slice(0, -2) },
        { name: "17 records", hex: records(Array.from({ length: 17 }, () => "00")) },
        { name: "bytes after the last record", hex: `${records(["01"])}00` },
      ],
    },
  };
}
