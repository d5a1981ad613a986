import type { PeerEvent } from "@action-collective/protocol";
import { useEffect } from "preact/hooks";
import { onEvent } from "../live.ts";

/** Calls `reload` after events of these types, at most once in `waitMs`: what happens in a burst is read once. */
export function useReloadOn(
  types: readonly PeerEvent["type"][],
  reload: () => void,
  waitMs: number = 1_000,
): void {
  // The types are written where it is called, and never change.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, waitMs);
    };
    const stops = types.map((type) => onEvent(type, soon));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [reload, waitMs]);
}
