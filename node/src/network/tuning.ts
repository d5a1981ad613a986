import type { NetworkTuning } from "./options.ts";

export const DEFAULT_TUNING: NetworkTuning = {
  // Gossip's mesh wants 6 to 12 links; 8 keeps one below its upper bound and survives the loss of a few.
  degree: 8,
  maxOutbound: 12,
  syncIntervalMs: 30_000,
  fetchTimeoutMs: 20_000,
  gossipGraceMs: 10_000,
  anchorAfterMs: 60_000,
  guardLocal: false,
};
