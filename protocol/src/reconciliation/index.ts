export { DigestSum, FINGERPRINT_BYTES, type Summary } from "./digest-sum.ts";
export { SyncFrameError } from "./frame-error.ts";
export * from "./frames.ts";
export * from "./item.ts";
export { LiveSet, type LiveSetView, type Part } from "./live-set.ts";
