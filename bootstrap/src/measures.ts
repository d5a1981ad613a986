import { addNetworkFamilies } from "@action-collective/node";
import type { Registry } from "prom-client";
import type { BootstrapNode } from "./bootstrap-node.ts";

/** This node's own figures. Process, event loop and garbage collector are measured with libp2p's. */
export function addMeasures(registry: Registry, node: BootstrapNode): void {
  addNetworkFamilies(registry, {
    stats: () => node.network.stats(),
    records: () => node.catalogue.records.count(),
  });
}
