import { defaultLogger } from "@libp2p/logger";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { libp2pMeasures } from "../../../node/src/metrics/libp2p-measures.ts";
import { MAX_LABEL_VALUES } from "../../../node/src/metrics/limits.ts";
import { readScrape } from "./exposition.ts";

const PEER = "12D3KooWEkvLHn9WqiJkqQyVgeA4LzV3dpQnTzb6c5mjqRLm4cLQ";

async function measured(work: (metrics: ReturnType<ReturnType<typeof libp2pMeasures>>) => void) {
  const registry = new Registry();
  work(libp2pMeasures(registry, "/")({ logger: defaultLogger() }));
  const { samples } = readScrape(await registry.metrics());
  return (name: string) =>
    Object.fromEntries(
      samples
        .filter((sample) => sample.name === name)
        .map(({ labels, value }) => [Object.values(labels)[0], value]),
    );
}

test("what a part counts by peer or by address is shown without them", async () => {
  const of = await measured((metrics) => {
    metrics
      .registerMetricGroup("blocks")
      .increment({ global: 3, [PEER]: 3, QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG: 1 });
    const events = metrics.registerCounterGroup("events", { label: "address" });
    events.increment({ "192.0.2.7:4010 connection": true, "[2001:db8::1]:4010 connection": true });
    metrics.registerMetricGroup("sockets", { label: "address", calculate: () => ({ "192.0.2.7:4010": 4 }) });
    metrics.registerHistogramGroup("times").observe({ ping: 2, [PEER]: 2 });
  });
  expect(of("blocks")).toEqual({ global: 3 });
  expect(of("events")).toEqual({ connection: 1 });
  expect(of("sockets")).toEqual({ listener: 4 });
  expect(of("times_count")).toEqual({ ping: 1 });
});

test("names of protocols are shown, and no more than a bounded number of values", async () => {
  const of = await measured((metrics) => {
    const streams = metrics.registerMetricGroup("streams", { label: "protocol" });
    streams.update({
      "outbound /ipfs/id/1.0.0": 1,
      [`/p2p/${PEER}`]: 1,
      "/p2p/k51qzi5uqu5dkkciu33khkzbcmxtyhn376i1e83tya8kuy7z9euedzyr5nhoew": 1,
      "a sentence of a stranger": 1,
      "\u202eevil": 1,
    });
    const many = metrics.registerCounterGroup("many");
    for (let word = 0; word < 3 * MAX_LABEL_VALUES; word++) many.increment({ [`word_${word}`]: true });
  });
  expect(of("streams")).toEqual({ "outbound /ipfs/id/1.0.0": 1 });
  expect(Object.keys(of("many"))).toHaveLength(MAX_LABEL_VALUES);
});
