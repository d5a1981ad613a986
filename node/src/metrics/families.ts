import { Counter, Gauge, type Registry } from "prom-client";

/** The first word of every name of ours. */
export const PREFIX = "collective_";

/** Names and values are read when somebody looks; nothing is counted in between. */
export type Readings<Source> = Readonly<
  Record<string, { readonly help: string; readonly of: (source: Source) => number }>
>;

/** Counts since the start that somebody keeps already. */
export function addReadCounters<Source>(
  registry: Registry,
  readings: Readings<Source>,
  read: () => Source,
): void {
  for (const [name, { help, of }] of Object.entries(readings))
    new Counter({
      name: `${PREFIX}${name}`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(of(read()));
      },
    });
}

/** What is at present. */
export function addReadGauges<Source>(
  registry: Registry,
  readings: Readings<Source>,
  read: () => Source,
): void {
  for (const [name, { help, of }] of Object.entries(readings))
    new Gauge({
      name: `${PREFIX}${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(of(read()));
      },
    });
}
