import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Edge = { from: string; to: string };
const name = (index: number) => `n${index}`;

/** Which nodes can be reached, by widening until nothing is new. */
function reach(start: string, edges: Edge[]): Set<string> {
  const reached = new Set([start]);
  for (let before = 0; before !== reached.size; ) {
    before = reached.size;
    for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
  }
  return reached;
}

test("two nodes share a group just when each reaches the other", async () => {
  for (const [size, links, step] of [
    [12, 14, 5],
    [15, 22, 7],
    [20, 30, 9],
    [9, 8, 4],
  ] as const) {
    const edges = Array.from({ length: links }, (_, index) => ({
      from: name((index * step + (index % 4)) % size),
      to: name((index * 11 + Math.floor(index / 3)) % size),
    }));
    const both = [...edges, ...edges.map(({ from, to }) => ({ from: to, to: from }))];
    for (const directed of [true, false]) {
      const { components, count } = await action({ edges, directed });
      const nodes = new Set(edges.flatMap(({ from, to }) => [from, to]));
      assertEquals(components.flat().length, nodes.size);
      assertEquals(components.length, count);
      for (const component of components) {
        const start = component[0] ?? "";
        const expected = [...reach(start, directed ? edges : both)].filter((node) =>
          reach(node, directed ? edges : both).has(start),
        );
        assertEquals(component.toSorted(), expected.toSorted());
      }
    }
  }
});

test("a long chain and a long circle are no trouble", async () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => ({ from: name(index), to: name(index + 1) }));
  assertEquals((await action({ edges: chain, directed: true })).count, 10_001);
  assertEquals((await action({ edges: chain })).largest, 10_001);
  const circle = [...chain, { from: name(10_000), to: name(0) }];
  assertEquals((await action({ edges: circle, directed: true })).largest, 10_001);
});
