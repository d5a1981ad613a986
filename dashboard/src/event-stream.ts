import type { PeerEvent } from "@action-collective/protocol";

/** An event that is longer than this was not written by our peer. */
const LONGEST = 1_000_000;

/** Whole events in a piece of a `text/event-stream`, and what is left of one that is not whole yet. Comments are left out. */
export function eventsIn(text: string): { readonly events: PeerEvent[]; readonly rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  const events: PeerEvent[] = [];
  for (const block of blocks) {
    const data = block
      .split("\n")
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart())
      .join("\n");
    if (data === "") continue;
    try {
      events.push(JSON.parse(data) as PeerEvent);
    } catch {
      // A broken event says nothing; those after it may.
    }
  }
  return { events, rest: rest.length > LONGEST ? "" : rest };
}
