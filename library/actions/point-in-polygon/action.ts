type Point = [number, number];
type Location = "inside" | "outside" | "boundary";
type PointInPolygonInput = { polygon: Point[]; holes?: Point[][]; points: Point[]; tolerance?: number };
type PointInPolygonOutput = { locations: Location[]; insideCount: number };
type Edge = { from: Point; to: Point };

/** Rounding of coordinates, as a share of the size of the polygon. */
const ROUNDING = 1e-12;

/** A ray from the point crosses the edges of outline and holes an odd number of times if it starts inside. */
export default function pointInPolygon(input: PointInPolygonInput): PointInPolygonOutput {
  const edges = [input.polygon, ...(input.holes ?? [])].flatMap(edgesOf);
  const tolerance = Math.max(input.tolerance ?? 0, ROUNDING * sizeOf(input.polygon));
  const locations = input.points.map((point) => locate(point, edges, tolerance));
  return { locations, insideCount: locations.filter((location) => location === "inside").length };
}

/** Closes the ring; one that repeats its first point gets an edge without length, which changes nothing. */
function edgesOf(ring: Point[]): Edge[] {
  return ring.map((from, index) => ({ from, to: ring[(index + 1) % ring.length] as Point }));
}

function sizeOf(polygon: Point[]): number {
  return Math.max(...polygon.flat().map(Math.abs));
}

function locate(point: Point, edges: Edge[], tolerance: number): Location {
  let isInside = false;
  for (const edge of edges) {
    if (squaredDistance(point, edge) <= tolerance ** 2) return "boundary";
    if (isCrossed(point, edge)) isInside = !isInside;
  }
  return isInside ? "inside" : "outside";
}

/** Whether the ray to the right meets the edge; its lower end belongs to it, its upper one to the next edge. */
function isCrossed([x, y]: Point, { from, to }: Edge): boolean {
  if (from[1] > y === to[1] > y) return false;
  return x < from[0] + ((y - from[1]) * (to[0] - from[0])) / (to[1] - from[1]);
}

function squaredDistance([x, y]: Point, { from, to }: Edge): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.max(0, Math.min(1, along));
  return (x - from[0] - share * dx) ** 2 + (y - from[1] - share * dy) ** 2;
}
