type Point = [number, number];
type PolygonAreaInput = { polygon: Point[]; holes?: Point[][] };
type PolygonAreaOutput = {
  area: number;
  perimeter: number;
  centroid: Point | null;
  orientation: "counterclockwise" | "clockwise" | "none";
};
/** Signed area of a ring, and its first moments. */
type Moments = { area: number; x: number; y: number };

/** Gauss's shoelace formula; holes are taken out. */
export default function polygonArea({ polygon, holes = [] }: PolygonAreaInput): PolygonAreaOutput {
  // Reckoned from a corner: far from the origin the products would lose digits.
  const origin = polygon[0] as Point;
  const outline = moments(polygon, origin);
  const rings = holes.map((hole) => moments(hole, origin));
  const area = Math.abs(outline.area) - rings.reduce((sum, ring) => sum + Math.abs(ring.area), 0);
  if (area < 0)
    throw new Error("The holes are larger than the polygon: they must lie inside it without overlap");
  const moment = (axis: "x" | "y") =>
    outline[axis] * Math.sign(outline.area) -
    rings.reduce((sum, ring) => sum + ring[axis] * Math.sign(ring.area), 0);
  return {
    area,
    perimeter: [polygon, ...holes].reduce((sum, ring) => sum + perimeter(ring), 0),
    centroid: area > 0 ? [origin[0] + moment("x") / area, origin[1] + moment("y") / area] : null,
    orientation: outline.area > 0 ? "counterclockwise" : outline.area < 0 ? "clockwise" : "none",
  };
}

function moments(ring: Point[], origin: Point): Moments {
  const sum = { area: 0, x: 0, y: 0 };
  for (const [from, to] of edges(ring)) {
    const [ax, ay] = [from[0] - origin[0], from[1] - origin[1]];
    const [bx, by] = [to[0] - origin[0], to[1] - origin[1]];
    const cross = ax * by - bx * ay;
    sum.area += cross / 2;
    sum.x += (cross * (ax + bx)) / 6;
    sum.y += (cross * (ay + by)) / 6;
  }
  return sum;
}

function perimeter(ring: Point[]): number {
  return edges(ring).reduce((sum, [from, to]) => sum + Math.hypot(to[0] - from[0], to[1] - from[1]), 0);
}

/** The last corner is joined to the first. */
function edges(ring: Point[]): [Point, Point][] {
  return ring.map((from, index) => [from, ring[(index + 1) % ring.length] as Point]);
}
