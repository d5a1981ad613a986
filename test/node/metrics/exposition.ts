/** One sample of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape held: the families by name, with their types, and the samples. */
export interface Scrape {
  readonly families: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

/** Reads Prometheus' text format, strictly: a line that is none is an error. */
export function readScrape(text: string): Scrape {
  const families = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const [, family, type] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) families.set(family, type);
    if (line === "" || line.startsWith("# ")) continue;
    const [, name, labels = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`No sample: ${line}`);
    samples.push({ name, labels: readLabels(labels), value: value === "+Inf" ? Infinity : Number(value) });
  }
  return { families, samples };
}

function readLabels(text: string): Record<string, string> {
  const found = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];
  if (found.map(([whole]) => whole).join("") !== text) throw new Error(`No labels: ${text}`);
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, value]));
}

/** The sum of all samples of this name that have these labels; undefined where there is none. */
export function sampleOf(
  { samples }: Scrape,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const fitting = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return fitting.length === 0 ? undefined : fitting.reduce((sum, { value }) => sum + value, 0);
}

/** The family that a sample or a name in a query belongs to: a histogram has three kinds of samples. */
export function familyOf(families: ReadonlyMap<string, string>, name: string): string | undefined {
  if (families.has(name)) return name;
  const base = name.replace(/_(?:bucket|sum|count)$/, "");
  const type = families.get(base);
  return type === "histogram" || type === "summary" ? base : undefined;
}
