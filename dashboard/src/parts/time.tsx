import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { agoText, momentText } from "../format.ts";

const TICK_MS = 10_000;
/** One clock for all times on the page. */
export const now = signal(Date.now());
setInterval(() => {
  now.value = Date.now();
}, TICK_MS);

/** When something was, counted from now; the moment itself in the title. */
export const Time = ({ at }: { readonly at: number }): VNode => (
  <time dateTime={new Date(at).toISOString()} title={momentText(at)}>
    {agoText(at, Math.max(now.value, Math.min(at, Date.now())))}
  </time>
);
