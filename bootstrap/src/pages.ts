import { type MonitorPages, metricsPage, VERSION } from "@action-collective/node";
import type { Registry } from "prom-client";
import type { BootstrapNode } from "./bootstrap-node.ts";

/** What `/health` says. */
export interface Health {
  readonly ok: boolean;
  /** What is wrong; absent when all is well. */
  readonly problem?: string;
  readonly version: string;
  readonly network: string;
  readonly peerId: string;
  readonly peers: number;
  readonly records?: number;
  readonly uptimeSeconds: number;
}

/** Healthy: it listens, and its catalogue answers. */
export function healthOf(node: BootstrapNode, now: number): Health {
  const { network } = node;
  const general = {
    version: VERSION,
    network: node.networkName,
    peerId: network.peerId,
    peers: network.peers().length,
    uptimeSeconds: Math.max(0, Math.floor((now - node.openedAt) / 1000)),
  };
  if (network.listening().length === 0) return { ok: false, problem: "it does not listen", ...general };
  try {
    return { ok: true, ...general, records: node.catalogue.records.count() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: `its catalogue does not answer: ${why}`, ...general };
  }
}

/** The two pages of a node's monitor. */
export function pagesOf(node: BootstrapNode, registry: Registry, clock: () => number): MonitorPages {
  return {
    "/health": () => {
      const health = healthOf(node, clock());
      const body = `${JSON.stringify(health, null, 2)}\n`;
      return { status: health.ok ? 200 : 503, type: "application/json", body };
    },
    "/metrics": metricsPage(registry, clock),
  };
}
