import type { Graph } from "@action-collective/protocol";
import { describe, expect, test } from "vitest";
import { fitting, moved, toScene, toScreen, zoomed } from "../../dashboard/src/graph/camera.ts";
import { layoutOf } from "../../dashboard/src/graph/layout.ts";
import { type Dot, sameShape, sceneOf } from "../../dashboard/src/graph/scene.ts";
import { dotAt, towards } from "../../dashboard/src/graph/steering.ts";

type GraphNode = Graph["nodes"][number];

const SIZE = { width: 800, height: 420 };

describe("a scene", () => {
  test("a peer's size is its trust, its colour and sign are what the user says of it", () => {
    const { dots } = sceneOf(
      graph([
        node("me", { self: true }),
        node("friend", { level: 2, trust: 0.6 }),
        node("heard", { trust: 0.1 }),
        node("liar", { level: -2 }),
        node("blocked", { level: 1, blocked: true }),
        node("double", { discredited: true }),
        node("quiet"),
      ]),
    );
    expect(dots.map(({ tone, sign, hollow }) => [tone, sign, hollow])).toEqual([
      ["self", "", false],
      ["known", "+", false],
      ["heard", "", false],
      ["refused", "−", false],
      ["refused", "×", true],
      ["refused", "!", true],
      ["neutral", "", false],
    ]);
    const [, friend, heard, liar] = dots;
    expect(friend?.radius).toBeGreaterThan(heard?.radius ?? 0);
    expect(heard?.radius).toBeGreaterThan(liar?.radius ?? 0);
  });

  test("trust and verdicts are lines of their own, bad ones end otherwise, and what leads to nobody is left out", () => {
    const { lines } = sceneOf(
      graph(
        [node("a", { self: true }), node("b")],
        [
          { from: "a", to: "b", kind: "trust", level: 1 },
          { from: "b", to: "a", kind: "trust", level: -2 },
          { from: "a", to: "b", kind: "verdicts", passes: 1, failures: 0 },
          { from: "b", to: "a", kind: "verdicts", passes: 3, failures: 9 },
          { from: "a", to: "unshown", kind: "trust", level: 1 },
          { from: "a", to: "a", kind: "verdicts", passes: 4, failures: 0 },
        ],
      ),
    );
    expect(lines.map(({ source, kind, tone, good }) => [source.id, kind, tone, good])).toEqual([
      ["a", "trust", "followed", true],
      ["b", "trust", "refused", false],
      ["a", "verdicts", "heard", true],
      ["b", "verdicts", "doubted", false],
    ]);
    expect(lines[3]?.width).toBeGreaterThan(lines[2]?.width ?? 0);
  });

  test("who was there before keeps its place and stays where it was put", () => {
    const before = sceneOf(graph([node("me", { self: true }), node("old")]));
    const [, old] = before.dots;
    Object.assign(old as Dot, { x: 120, y: -35, fx: 120, fy: -35 });
    const { dots } = sceneOf(graph([node("me", { self: true }), node("new"), node("old")]), before);
    expect(dots.map(({ id, x, y, fx }) => [id, Math.round(x), Math.round(y), fx])).toEqual([
      ["me", 0, 0, 0],
      ["new", expect.any(Number), expect.any(Number), null],
      ["old", 120, -35, 120],
    ]);
  });
});

describe("a layout", () => {
  test("comes to rest with every peer apart from the others, and to the same rest every time", () => {
    const settled = () => {
      const scene = sceneOf(web(60));
      layoutOf(scene, "fresh").settle();
      return scene.dots;
    };
    const [dots, again] = [settled(), settled()];
    const gaps = dots.flatMap((a, i) =>
      dots.slice(i + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y) - a.radius - b.radius),
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(again.map(({ x, y }) => [x, y])).toEqual(dots.map(({ x, y }) => [x, y]));
    expect(dots[0]).toMatchObject({ id: "peer-0", x: 0, y: 0 });
  });

  test("moves a step at a time until it rests, and again when it is stirred", () => {
    const scene = sceneOf(web(5));
    const layout = layoutOf(scene, "fresh");
    let steps = 0;
    for (; layout.moving && steps < 1_000; steps++) layout.step();
    expect(layout.moving).toBe(false);
    expect(steps).toBeGreaterThan(50);
    const far = scene.dots[4] as Dot;
    layout.stir("holding");
    far.fx = 900;
    for (let i = 0; i < 1_000; i++) layout.step();
    expect(far.x).toBe(900);
    expect(layout.moving).toBe(true);
    layout.stir("let go");
    layout.settle();
    expect(layout.moving).toBe(false);
  });
});

test("a scene that is read again without anything new stays at rest; a new peer moves it", () => {
  const before = sceneOf(web(8));
  layoutOf(before, "fresh").settle();
  const same = sceneOf(web(8), before);
  expect(sameShape(before, same)).toBe(true);
  expect(layoutOf(same, "resting").moving).toBe(false);
  const more = sceneOf(web(9), before);
  expect(sameShape(before, more)).toBe(false);
  expect(layoutOf(more, "settled").moving).toBe(true);
});

describe("a camera", () => {
  test("fits every peer into the canvas, on a phone too", () => {
    const scene = sceneOf(web(40));
    layoutOf(scene, "fresh").settle();
    for (const size of [SIZE, { width: 340, height: 320 }]) {
      const camera = fitting(scene.dots, size);
      for (const dot of scene.dots) {
        const { x, y } = toScreen(camera, dot);
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(size.width);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(size.height);
      }
    }
  });

  test("zooms about the point under the mouse, within bounds", () => {
    const at = { x: 300, y: 100 };
    const camera = moved(fitting(sceneOf(web(3)).dots, SIZE), 17, -4);
    const under = toScene(camera, at);
    const near = zoomed(camera, at, 2);
    expect(near.scale).toBeCloseTo(camera.scale * 2);
    expect(toScreen(near, under).x).toBeCloseTo(at.x);
    expect(toScreen(near, under).y).toBeCloseTo(at.y);
    expect(zoomed(camera, at, 1e9).scale).toBe(5);
    expect(zoomed(camera, at, 1e-9).scale).toBe(0.15);
  });
});

describe("steering", () => {
  const at = (id: string, x: number, y: number): Dot => ({
    ...(sceneOf(graph([node(id)])).dots[0] as Dot),
    x,
    y,
  });
  const centre = at("centre", 0, 0);
  const east = at("east", 100, 10);
  const farEast = at("far east", 300, 0);
  const northEast = at("north east", 60, -80);
  const dots = [centre, east, farEast, northEast];

  test("an arrow key goes to the nearest peer that lies rather ahead than aside", () => {
    expect(towards(dots, centre, "right")?.id).toBe("east");
    expect(towards(dots, east, "right")?.id).toBe("far east");
    expect(towards(dots, centre, "up")?.id).toBe("north east");
    expect(towards(dots, farEast, "left")?.id).toBe("east");
    expect(towards(dots, centre, "left")).toBeUndefined();
  });

  test("the arrows reach every peer of a settled graph", () => {
    const scene = sceneOf(web(40));
    layoutOf(scene, "fresh").settle();
    const reached = new Set(scene.dots.slice(0, 1));
    for (const dot of reached)
      for (const direction of ["left", "right", "up", "down"] as const) {
        const next = towards(scene.dots, dot, direction);
        if (next !== undefined) reached.add(next);
      }
    expect(reached.size).toBe(40);
  });

  test("a point is on the peer that is drawn last there, a finger may miss a little", () => {
    const below = at("below", 0, 0);
    const above = at("above", 4, 0);
    expect(dotAt([below, above], { x: 2, y: 0 }, 0)?.id).toBe("above");
    expect(dotAt([below], { x: below.radius + 5, y: 0 }, 0)).toBeUndefined();
    expect(dotAt([below], { x: below.radius + 5, y: 0 }, 12)?.id).toBe("below");
  });
});

function node(peer: string, rest: Partial<GraphNode> = {}): GraphNode {
  return {
    peer,
    self: false,
    connected: false,
    trust: 0,
    reliability: 0.5,
    verdicts: 0,
    publishes: 0,
    blocked: false,
    discredited: false,
    ...rest,
  };
}

type Edge = Omit<Graph["edges"][number], "passes" | "failures"> & { passes?: number; failures?: number };

function graph(nodes: GraphNode[], edges: Edge[] = []): Graph {
  return {
    nodes,
    edges: edges.map((edge) => ({ passes: 0, failures: 0, ...edge })),
    unshown: { nodes: 0, edges: 0 },
  };
}

/** So many peers, each trusted by the one of half its number, and judged by a few others. */
function web(count: number): Graph {
  const name = (i: number) => `peer-${i}`;
  const nodes = Array.from({ length: count }, (_, i) =>
    node(name(i), { self: i === 0, trust: i === 0 ? 0 : 1 / (i + 1) }),
  );
  const edges = nodes.slice(1).flatMap((_, at): Edge[] => {
    const i = at + 1;
    return [
      { from: name(Math.floor(i / 2)), to: name(i), kind: "trust", level: 1 },
      { from: name(i), to: name((i * 7) % count), kind: "verdicts", passes: i, failures: 0 },
    ];
  });
  return graph(nodes, edges);
}
