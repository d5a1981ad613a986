type Edge = { from: string; to: string };
type ConnectedComponentsInput = { edges: Edge[]; nodes?: string[]; directed?: boolean };
type ConnectedComponentsOutput = { components: string[][]; count: number; largest: number };
type Graph = Map<string, string[]>;

/** Undirected: what can be reached at all; directed: what can be reached there and back. */
export default function connectedComponents({
  edges,
  nodes = [],
  directed = false,
}: ConnectedComponentsInput): ConnectedComponentsOutput {
  const names = [...new Set([...nodes, ...edges.flatMap(({ from, to }) => [from, to])])];
  const back = edges.map(({ from, to }) => ({ from: to, to: from }));
  const order = directed ? finishingOrder(names, graphOf(names, edges)).reverse() : names;
  const found = collect(order, graphOf(names, directed ? back : [...edges, ...back]));
  const place = new Map(names.map((name, index) => [name, index]));
  const byPlace = (a: string, b: string) => (place.get(a) as number) - (place.get(b) as number);
  const components = found
    .map((component) => component.toSorted(byPlace))
    .sort((a, b) => b.length - a.length || byPlace(a[0] as string, b[0] as string));
  return { components, count: components.length, largest: components[0]?.length ?? 0 };
}

function graphOf(names: string[], edges: Edge[]): Graph {
  const graph: Graph = new Map(names.map((name) => [name, []]));
  for (const { from, to } of edges) graph.get(from)?.push(to);
  return graph;
}

/**
 * Depth first, each node after all that it leads to (Kosaraju). Its own stack: recursion would end at a few thousand
 * nodes.
 */
function finishingOrder(names: string[], graph: Graph): string[] {
  /** A node that waited in several places counts where it was finished first. */
  const finished = new Set<string>();
  const seen = new Set<string>();
  for (const start of names) {
    const open = [start];
    for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
      if (seen.has(node)) {
        open.pop();
        finished.add(node);
        continue;
      }
      seen.add(node);
      open.push(...(graph.get(node) as string[]).filter((next) => !seen.has(next)));
    }
  }
  return [...finished];
}

/** One component for each node that no earlier one has reached. */
function collect(order: string[], graph: Graph): string[][] {
  const left = new Set(order);
  const components: string[][] = [];
  for (const start of order) {
    if (!left.delete(start)) continue;
    const component = [start];
    for (const node of component) {
      for (const next of graph.get(node) as string[]) if (left.delete(next)) component.push(next);
    }
    components.push(component);
  }
  return components;
}
