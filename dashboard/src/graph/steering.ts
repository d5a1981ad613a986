import type { Point } from "./camera.ts";
import type { Dot } from "./scene.ts";

export type Direction = "left" | "right" | "up" | "down";

const AHEAD: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};
/** What is aside counts as if it were so much farther away. */
const ASIDE = 2;

/** The dot that somebody who presses an arrow key means: near, and rather ahead than aside. Undefined where none is ahead. */
export function towards(dots: readonly Dot[], from: Dot, direction: Direction): Dot | undefined {
  const { x, y } = AHEAD[direction];
  let nearest: Dot | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const dot of dots) {
    const [dx, dy] = [dot.x - from.x, dot.y - from.y];
    const ahead = dx * x + dy * y;
    if (dot === from || ahead <= 0) continue;
    const cost = ahead + ASIDE * Math.abs(dx * y - dy * x);
    if (cost < least) [nearest, least] = [dot, cost];
  }
  return nearest;
}

/** The dot under a point of the scene, the one on top first. @param slack beyond its edge, for fingers */
export function dotAt(dots: readonly Dot[], { x, y }: Point, slack: number): Dot | undefined {
  return dots.findLast((dot) => Math.hypot(dot.x - x, dot.y - y) <= dot.radius + slack);
}
