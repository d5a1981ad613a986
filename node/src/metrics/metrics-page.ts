import type { Registry } from "prom-client";
import { SCRAPE_EVERY_MS } from "./limits.ts";
import type { MonitorAnswer } from "./monitor.ts";
import { onceIn } from "./once-in.ts";

/** The page that a monitoring system reads: collected at most once a second, however many ask. */
export function metricsPage(registry: Registry, clock: () => number): () => Promise<MonitorAnswer> {
  return onceIn(SCRAPE_EVERY_MS, clock, async () => ({
    status: 200,
    type: registry.contentType,
    body: await registry.metrics(),
  }));
}
