import { prometheusMetrics } from "@libp2p/prometheus-metrics";
import type { Registry } from "prom-client";
import type { NetworkOptions } from "../network/options.ts";
import { CappedMetrics } from "./capped-metrics.ts";

/** Everything that libp2p itself measures, for this node's registry, without a name of anybody. The file system is that of its home. */
export function libp2pMeasures(registry: Registry, home: string): NonNullable<NetworkOptions["metrics"]> {
  const make = prometheusMetrics({ registry, statfsLocation: home });
  return (components) => new CappedMetrics(make(components));
}
