type Edge = { from: string; to: string; weight: number };
type ShortestPathInput = { edges: Edge[]; from: string; to: string; directed?: boolean };
type ShortestPathOutput = { found: boolean; distance: number | null; path: string[] };
type Way = { distance: number; previous: string | undefined };

/** Dijkstra's algorithm: of all nodes reached, the nearest one is final. */
export default function shortestPath({
  edges,
  from,
  to,
  directed = true,
}: ShortestPathInput): ShortestPathOutput {
  const neighbours = neighboursOf(directed ? edges : [...edges, ...edges.map(turned)]);
  for (const node of [from, to]) {
    if (!neighbours.has(node)) throw new Error(`No edge touches ${node}: check how it is written in edges`);
  }
  const reached = new Map<string, Way>([[from, { distance: 0, previous: undefined }]]);
  const final = new Map<string, Way>();
  for (let node = nearest(reached); node !== undefined && !final.has(to); node = nearest(reached)) {
    const way = reached.get(node) as Way;
    reached.delete(node);
    final.set(node, way);
    for (const edge of neighbours.get(node) as Edge[]) {
      if (final.has(edge.to)) continue;
      const distance = way.distance + edge.weight;
      if (distance < (reached.get(edge.to)?.distance ?? Number.POSITIVE_INFINITY)) {
        reached.set(edge.to, { distance, previous: node });
      }
    }
  }
  const path = pathTo(to, final);
  return { found: path.length > 0, distance: final.get(to)?.distance ?? null, path };
}

function turned({ from, to, weight }: Edge): Edge {
  return { from: to, to: from, weight };
}

function neighboursOf(edges: Edge[]): Map<string, Edge[]> {
  const neighbours = new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [node, [] as Edge[]]));
  for (const edge of edges) neighbours.get(edge.from)?.push(edge);
  return neighbours;
}

function nearest(reached: Map<string, Way>): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [node, { distance }] of reached) {
    if (distance < least) [found, least] = [node, distance];
  }
  return found;
}

function pathTo(target: string, final: Map<string, Way>): string[] {
  const path: string[] = [];
  let node: string | undefined = target;
  while (node !== undefined && final.has(node)) {
    path.push(node);
    node = final.get(node)?.previous;
  }
  return path.reverse();
}
