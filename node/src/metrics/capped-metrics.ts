import type {
  CalculatedHistogramOptions,
  CalculatedMetricOptions,
  CalculatedSummaryOptions,
  CounterGroup,
  HistogramGroup,
  HistogramOptions,
  MetricGroup,
  MetricOptions,
  Metrics,
  MultiaddrConnection,
  Stream,
  SummaryGroup,
  SummaryOptions,
} from "@libp2p/interface";
import { LabelValues } from "./label-values.ts";

type Numbers = Partial<Record<string, number>>;
type Steps = Partial<Record<string, number | true>>;

/**
 * Hands on what libp2p's parts measure, but no name of a peer and no address: bitswap, for one, counts by peer id, and
 * each stranger would cost a time series for as long as the process lives. Values that are not of the parts' own words
 * are left out.
 */
export class CappedMetrics implements Metrics {
  readonly registerMetric: Metrics["registerMetric"];
  readonly registerCounter: Metrics["registerCounter"];
  readonly registerHistogram: Metrics["registerHistogram"];
  readonly registerSummary: Metrics["registerSummary"];
  readonly registerMetricGroup = ((name: string, options?: MetricOptions) => {
    const values = new LabelValues();
    const group: MetricGroup | undefined = this.#inner.registerMetricGroup(name, capped(options, values));
    return group && cappedGroup(group, values);
  }) as Metrics["registerMetricGroup"];
  readonly registerCounterGroup = ((name: string, options?: MetricOptions) => {
    const values = new LabelValues();
    const group: CounterGroup | undefined = this.#inner.registerCounterGroup(name, capped(options, values));
    return (
      group && {
        increment: (steps: Steps) => group.increment(values.filter(steps)),
        reset: () => group.reset(),
      }
    );
  }) as Metrics["registerCounterGroup"];
  readonly registerHistogramGroup = ((name: string, options?: HistogramOptions) => {
    const values = new LabelValues();
    const group: HistogramGroup | undefined = this.#inner.registerHistogramGroup(
      name,
      capped(options, values),
    );
    return group && cappedObserver(group, values);
  }) as Metrics["registerHistogramGroup"];
  readonly registerSummaryGroup = ((name: string, options?: SummaryOptions) => {
    const values = new LabelValues();
    const group: SummaryGroup | undefined = this.#inner.registerSummaryGroup(name, capped(options, values));
    return group && cappedObserver(group, values);
  }) as Metrics["registerSummaryGroup"];
  readonly traceFunction: Metrics["traceFunction"];
  readonly #inner: Metrics;

  constructor(inner: Metrics) {
    this.#inner = inner;
    this.registerMetric = inner.registerMetric.bind(inner);
    this.registerCounter = inner.registerCounter.bind(inner);
    this.registerHistogram = inner.registerHistogram.bind(inner);
    this.registerSummary = inner.registerSummary.bind(inner);
    this.traceFunction = inner.traceFunction.bind(inner);
  }

  trackMultiaddrConnection(connection: MultiaddrConnection): void {
    this.#inner.trackMultiaddrConnection(connection);
  }

  /** Both ends have agreed on the protocol, so it is one that this node speaks. */
  trackProtocolStream(stream: Stream): void {
    this.#inner.trackProtocolStream(stream);
  }

  createTrace(): unknown {
    return this.#inner.createTrace();
  }
}

/** What is asked for its values at a scrape gives them filtered, too. */
function capped<Options extends MetricOptions>(options: Options | undefined, values: LabelValues) {
  if (options === undefined || !("calculate" in options)) return options as never;
  const { calculate } = options as unknown as
    | CalculatedMetricOptions<Numbers>
    | CalculatedHistogramOptions<Numbers>
    | CalculatedSummaryOptions<Numbers>;
  return { ...options, calculate: async () => values.filter(await calculate()) } as never;
}

function cappedGroup(group: MetricGroup, values: LabelValues): MetricGroup {
  return {
    update: (numbers) => group.update(values.filter(numbers as Numbers)),
    increment: (steps) => group.increment(values.filter(steps as Steps)),
    decrement: (steps) => group.decrement(values.filter(steps as Steps)),
    reset: () => group.reset(),
    timer: (key) => timerOf(group, key, values),
  };
}

function cappedObserver(group: HistogramGroup | SummaryGroup, values: LabelValues): HistogramGroup {
  return {
    observe: (numbers) => group.observe(values.filter(numbers as Numbers)),
    reset: () => group.reset(),
    timer: (key) => timerOf(group, key, values),
  };
}

function timerOf(group: Pick<MetricGroup, "timer">, key: string, values: LabelValues): () => void {
  const shown = values.of(key);
  return shown === undefined ? () => undefined : group.timer(shown);
}
