type Task = { id: string; duration: number; after?: string[] };
type ScheduleProjectInput = { tasks: Task[] };
type ScheduledTask = {
  id: string;
  earliestStart: number;
  earliestFinish: number;
  latestStart: number;
  latestFinish: number;
  slack: number;
  freeSlack: number;
  critical: boolean;
};
type ScheduleProjectOutput = {
  duration: number;
  criticalPath: string[];
  order: string[];
  tasks: ScheduledTask[];
};
type Node = { task: Task; before: Node[]; next: Node[]; start: number; latestFinish: number };

/** Sums of decimal fractions differ in the last digits: what is nearer than this is equal. */
const DECIMALS = 1e6;
/** Ids in an error message. */
const MAX_NAMED = 20;

/** The critical path method: a pass forward for the earliest times, one backward for the latest. */
export default function scheduleProject({ tasks }: ScheduleProjectInput): ScheduleProjectOutput {
  const nodes = link(tasks);
  const order = inOrder(nodes);
  for (const node of order) node.start = Math.max(0, ...node.before.map(finishOf));
  const duration = Math.max(...nodes.map(finishOf));
  for (const node of order.toReversed())
    node.latestFinish = Math.min(
      duration,
      ...node.next.map(({ latestFinish, task }) => latestFinish - task.duration),
    );
  return {
    duration: tidy(duration),
    criticalPath: criticalPath(order, duration),
    order: order.map(({ task }) => task.id),
    tasks: nodes.map((node) => timesOf(node, duration)),
  };
}

function link(tasks: Task[]): Node[] {
  const nodes = new Map<string, Node>();
  for (const task of tasks) {
    if (nodes.has(task.id)) throw new Error(`Two tasks have the id "${task.id}"`);
    nodes.set(task.id, { task, before: [], next: [], start: 0, latestFinish: 0 });
  }
  for (const node of nodes.values())
    for (const id of new Set(node.task.after)) {
      const earlier = nodes.get(id);
      if (earlier === undefined) throw new Error(`"${node.task.id}" comes after "${id}", which is no task`);
      node.before.push(earlier);
      earlier.next.push(node);
    }
  return [...nodes.values()];
}

/** Every task after those it waits for: round by round, whatever has nothing left to wait for. */
function inOrder(nodes: Node[]): Node[] {
  const order = new Set<Node>();
  let waiting = nodes;
  for (const _ of nodes) {
    const ready = waiting.filter(({ before }) => before.every((one) => order.has(one)));
    for (const node of ready) order.add(node);
    waiting = waiting.filter((node) => !order.has(node));
    if (ready.length === 0) break;
  }
  if (waiting.length > 0) throw new Error(`${circle(waiting)}: these tasks wait for each other`);
  return [...order];
}

/** Each of the stuck tasks waits for another one: so many steps back must end in a circle. */
function circle(stuck: Node[]): string {
  const back = (node: Node) => node.before.find((one) => stuck.includes(one)) ?? node;
  const last = stuck.reduce(back, stuck[0] as Node);
  const path = [last];
  for (let node = back(last); node !== last; node = back(node)) path.unshift(node);
  const ids = [last, ...path].map(({ task }) => task.id);
  return ids.length > MAX_NAMED ? [...ids.slice(0, MAX_NAMED), "…"].join(" → ") : ids.join(" → ");
}

/** One longest chain of tasks: back from the last to finish, always to what held it up. */
function criticalPath(order: Node[], duration: number): string[] {
  const path: string[] = [];
  let node = order.findLast((one) => tidy(finishOf(one)) === tidy(duration));
  while (node !== undefined) {
    path.unshift(node.task.id);
    const { start, before } = node;
    node = before.find((one) => tidy(finishOf(one)) === tidy(start));
  }
  return path;
}

function timesOf(node: Node, duration: number): ScheduledTask {
  const { task, start, latestFinish, next } = node;
  const slack = tidy(latestFinish - finishOf(node));
  return {
    id: task.id,
    earliestStart: tidy(start),
    earliestFinish: tidy(finishOf(node)),
    latestStart: tidy(latestFinish - task.duration),
    latestFinish: tidy(latestFinish),
    slack,
    freeSlack: tidy(Math.min(duration, ...next.map((one) => one.start)) - finishOf(node)),
    critical: slack === 0,
  };
}

function finishOf({ start, task }: Node): number {
  return start + task.duration;
}

/** Adding 0 keeps -0 out. */
function tidy(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS + 0;
}
