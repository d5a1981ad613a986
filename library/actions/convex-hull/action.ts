type Point = [number, number];
type ConvexHullInput = { points: Point[] };
type ConvexHullOutput = { hull: Point[]; indexes: number[]; area: number; perimeter: number };
type Corner = { point: Point; index: number };

/** Andrew's monotone chain: the lower side from left to right, then the upper one back. */
export default function convexHull({ points }: ConvexHullInput): ConvexHullOutput {
  const corners = points
    .map((point, index) => ({ point, index }))
    .sort((a, b) => a.point[0] - b.point[0] || a.point[1] - b.point[1]);
  const lower = chain(corners);
  const upper = chain(corners.toReversed());
  // Where all points coincide, both sides are one and the same point.
  const hull = lower.length > 1 ? [...lower.slice(0, -1), ...upper.slice(0, -1)] : lower;
  return {
    hull: hull.map(({ point }) => point),
    indexes: hull.map(({ index }) => index),
    area: area(hull),
    perimeter: perimeter(hull),
  };
}

/** Keeps only corners that turn left. */
function chain(corners: Corner[]): Corner[] {
  const kept: Corner[] = [];
  for (const corner of corners) {
    while (kept.length > 1 && turn(kept.at(-2) as Corner, kept.at(-1) as Corner, corner) <= 0) kept.pop();
    if (!isSame(kept.at(-1), corner)) kept.push(corner);
  }
  return kept;
}

function isSame(a: Corner | undefined, { point: [x, y] }: Corner): boolean {
  return a?.point[0] === x && a.point[1] === y;
}

/** Twice the area of the triangle, positive when it turns left. */
function turn({ point: a }: Corner, { point: b }: Corner, { point: c }: Corner): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function area(hull: Corner[]): number {
  const first = hull[0] as Corner;
  return hull.reduce((sum, corner, index) => sum + turn(first, corner, next(hull, index)) / 2, 0);
}

function perimeter(hull: Corner[]): number {
  return hull.reduce((sum, { point: [x, y] }, index) => {
    const { point } = next(hull, index);
    return sum + Math.hypot(point[0] - x, point[1] - y);
  }, 0);
}

function next(hull: Corner[], index: number): Corner {
  return hull[(index + 1) % hull.length] as Corner;
}
