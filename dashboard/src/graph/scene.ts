import type { Graph } from "@action-collective/protocol";

type GraphNode = Graph["nodes"][number];
type GraphEdge = Graph["edges"][number];

/** Colours by meaning; what each looks like is a custom property of the style sheet. */
export type Tone = "self" | "known" | "followed" | "neutral" | "heard" | "doubted" | "refused";

/** A peer on the canvas. Positions are in its own units, this peer at (0, 0). */
export interface Dot {
  readonly id: string;
  readonly node: GraphNode;
  readonly radius: number;
  readonly tone: Tone;
  /** What stands in it, so that colour is not the only sign. */
  readonly sign: string;
  /** Its word counts for nothing, or it is blocked: drawn hollow. */
  readonly hollow: boolean;
  x: number;
  y: number;
  vx?: number;
  vy?: number;
  /** Where it is held. */
  fx?: number | null;
  fy?: number | null;
}

/** What one peer says of another. */
export interface Line {
  readonly source: Dot;
  readonly target: Dot;
  readonly kind: GraphEdge["kind"];
  readonly tone: Tone;
  readonly width: number;
  /** Good, or bad: told by the end of the line as well as by its colour. */
  readonly good: boolean;
}

export interface Scene {
  readonly dots: readonly Dot[];
  readonly lines: readonly Line[];
}

const SELF_RADIUS = 15;
const LEAST_RADIUS = 8;
/** What all the trust that this peer has would add. */
const TRUST_RADIUS = 16;
const WIDEST = 5;
/** Distance between neighbours where a peer appears before the layout moves it. */
const FIRST_STEP = 46;
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * What there is to draw. Peers that were there before keep their places, so that a change is seen as one. Pure.
 *
 * @param before the scene that is replaced
 */
export function sceneOf(graph: Graph, before?: Scene): Scene {
  const old = new Map(before?.dots.map((dot) => [dot.id, dot]));
  const dots = graph.nodes.map((node, i) => dotOf(node, i, old.get(node.peer)));
  const byId = new Map(dots.map((dot) => [dot.id, dot]));
  const lines = graph.edges.flatMap((edge) => {
    const [source, target] = [byId.get(edge.from), byId.get(edge.to)];
    return source === undefined || target === undefined || source === target
      ? []
      : [lineOf(edge, source, target)];
  });
  return { dots, lines };
}

/** Whether the same peers and lines are in both, so that nothing has to move. Pure. */
export function sameShape(a: Scene, b: Scene): boolean {
  const shape = ({ dots, lines }: Scene) =>
    [
      ...dots.map(({ id }) => id),
      ...lines.map((line) => [line.source.id, line.target.id, line.kind].join()),
    ].join(" ");
  return shape(a) === shape(b);
}

function dotOf(node: GraphNode, i: number, old: Dot | undefined): Dot {
  const angle = i * GOLDEN_ANGLE;
  const far = FIRST_STEP * Math.sqrt(i);
  return {
    id: node.peer,
    node,
    radius: node.self ? SELF_RADIUS : LEAST_RADIUS + TRUST_RADIUS * Math.sqrt(clamped(node.trust)),
    tone: toneOf(node),
    sign: signOf(node),
    hollow: node.blocked || node.discredited,
    x: old?.x ?? far * Math.cos(angle),
    y: old?.y ?? far * Math.sin(angle),
    fx: old?.fx ?? (node.self ? 0 : null),
    fy: old?.fy ?? (node.self ? 0 : null),
  };
}

function lineOf(edge: GraphEdge, source: Dot, target: Dot): Line {
  const common = { source, target, kind: edge.kind };
  if (edge.kind === "trust") {
    const level = edge.level ?? 0;
    const tone = level === 0 ? "neutral" : level > 0 ? (level > 1 ? "known" : "followed") : "refused";
    return { ...common, tone, width: Math.abs(level) > 1 ? 2.5 : 1.5, good: level >= 0 };
  }
  const good = edge.failures === 0 || edge.passes >= edge.failures;
  const width = Math.min(WIDEST, 1 + Math.log2(1 + edge.passes + edge.failures) / 2);
  return { ...common, tone: good ? "heard" : "doubted", width, good };
}

function toneOf({ self, level = 0, trust, blocked, discredited }: GraphNode): Tone {
  if (self) return "self";
  if (blocked || discredited || level === -2) return "refused";
  if (level === -1) return "doubted";
  if (level > 0) return level === 2 ? "known" : "followed";
  return trust > 0 ? "heard" : "neutral";
}

function signOf({ self, level = 0, blocked, discredited }: GraphNode): string {
  if (self) return "";
  if (blocked) return "×";
  if (discredited) return "!";
  if (level === 0) return "";
  return level > 0 ? "+" : "−";
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
