import type { TrustView } from "action-collective";
import type { Style } from "./output.ts";
import { oneLine } from "./output.ts";

type Level = TrustView["statements"][number]["level"];

const LEVELS: Readonly<Record<Level, { readonly words: string; readonly style: Style }>> = {
  2: { words: "known well", style: "green" },
  1: { words: "followed", style: "green" },
  0: { words: "nothing", style: "dim" },
  [-1]: { words: "often wrong", style: "yellow" },
  [-2]: { words: "in bad faith", style: "red" },
};

/** What the user says of a peer, in a word or two, and how it looks. */
export function levelText(level: Level): { readonly text: string; readonly style: Style } {
  const { words, style } = LEVELS[level];
  return { text: level > 0 ? `+${level} ${words}` : level < 0 ? `${level} ${words}` : words, style };
}

/** Why this peer listens to the first one of a path; empty where it is not said. */
export function introducers({ statements, suggestedByNetwork }: TrustView): (peer: string) => string {
  const followed = new Set(statements.filter(({ level }) => level > 0).map(({ peer }) => peer));
  const suggested = new Set(suggestedByNetwork);
  return (peer) =>
    followed.has(peer) ? "followed" : suggested.has(peer) ? "suggested by the network's list" : "";
}

/** How the word of a path's last peer reaches this one: `you → 12D3KooWAbCdEfG (followed) → it`. */
export function pathText(
  path: readonly string[],
  short: (peer: string) => string,
  introduced: (peer: string) => string,
): string {
  if (path.length === 0) return "nobody known here vouches for it";
  const steps = path.map((peer, i) => {
    const why = i === 0 ? introduced(peer) : "";
    const name = i === path.length - 1 ? "it" : oneLine(short(peer));
    return `${name}${why === "" ? "" : ` (${why})`}`;
  });
  return ["you", ...steps].join(" → ");
}

/** A day, as everybody writes it: 2026-01-31. */
export function dayOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString().slice(0, 10);
}
