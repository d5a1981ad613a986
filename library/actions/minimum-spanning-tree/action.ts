type Edge = { from: string; to: string; weight: number };
type MinimumSpanningTreeInput = { edges: Edge[]; maximum?: boolean };
type MinimumSpanningTreeOutput = { edges: Edge[]; totalWeight: number; trees: number };

/** Kruskal's algorithm: the cheapest link that joins two separate parts is always right. */
export default function minimumSpanningTree({
  edges,
  maximum = false,
}: MinimumSpanningTreeInput): MinimumSpanningTreeOutput {
  const parents = new Map(edges.flatMap(({ from, to }) => [from, to]).map((node) => [node, node]));
  const sorted = edges.toSorted((a, b) => (maximum ? b.weight - a.weight : a.weight - b.weight));
  const kept: Edge[] = [];
  for (const edge of sorted) {
    const [a, b] = [rootOf(edge.from, parents), rootOf(edge.to, parents)];
    if (a === b) continue;
    parents.set(a, b);
    kept.push(edge);
  }
  return {
    edges: kept,
    totalWeight: kept.reduce((sum, { weight }) => sum + weight, 0),
    trees: parents.size - kept.length,
  };
}

/** The node that stands for a part; the way to it is shortened for the next time. */
function rootOf(node: string, parents: Map<string, string>): string {
  let at = node;
  for (let parent = parents.get(at) as string; parent !== at; parent = parents.get(at) as string) {
    parents.set(at, parents.get(parent) as string);
    at = parent;
  }
  return at;
}
