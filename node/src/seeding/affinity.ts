import { createHash } from "node:crypto";

/** 0 to 1, as good as random, and the same for ever for one peer and one action. Pure. */
export function affinityOf(peer: string, action: string): number {
  return createHash("sha256").update(peer).update(action).digest().readUInt32BE(0) / 0xffff_ffff;
}
