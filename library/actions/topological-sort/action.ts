type Task = { name: string; after?: string[] };
type TopologicalSortInput = { tasks: Task[] };
type TopologicalSortOutput = { order: string[]; stages: string[][] };
type Node = { name: string; after: string[]; before: Node[]; waits: number };

/** Takes away, stage by stage, what waits for nothing more; tasks keep the order in which they were given. */
export default function topologicalSort({ tasks }: TopologicalSortInput): TopologicalSortOutput {
  const nodes = nodesOf(tasks);
  const stages: Node[][] = [];
  let stage = [...nodes.values()].filter(({ waits }) => waits === 0);
  while (stage.length > 0) {
    stages.push(stage);
    stage = release(stage);
  }
  const stuck = [...nodes.values()].find(({ waits }) => waits > 0);
  if (stuck !== undefined) {
    throw new Error(
      `There is a cycle: ${cycleFrom(stuck, nodes).join(" needs ")}; remove one of these dependencies`,
    );
  }
  const named = stages.map((nodesOfStage) => nodesOfStage.map(({ name }) => name));
  return { order: named.flat(), stages: named };
}

function nodesOf(tasks: Task[]): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const { name, after = [] } of tasks) {
    if (nodes.has(name)) throw new Error(`${name} is listed twice: name each task once`);
    nodes.set(name, { name, after: [...new Set(after)], before: [], waits: new Set(after).size });
  }
  for (const node of nodes.values()) {
    for (const needed of node.after) {
      const other = nodes.get(needed);
      if (other === undefined)
        throw new Error(`${node.name} needs ${needed}, which is not listed: add it to tasks`);
      other.before.push(node);
    }
  }
  return nodes;
}

function release(stage: Node[]): Node[] {
  const free: Node[] = [];
  for (const next of stage.flatMap(({ before }) => before)) {
    next.waits -= 1;
    if (next.waits === 0) free.push(next);
  }
  return free;
}

/** What waits needs something that waits: following that must come back to where it has been. */
function cycleFrom(start: Node, nodes: Map<string, Node>): string[] {
  const path: string[] = [];
  let node = start;
  while (!path.includes(node.name)) {
    path.push(node.name);
    const needed = node.after.map((name) => nodes.get(name) as Node);
    node = needed.find(({ waits }) => waits > 0) as Node;
  }
  return [...path.slice(path.indexOf(node.name)), node.name];
}
