import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

type Edge = { from: string; to: string; weight: number };
const edges = Array.from(
  { length: 14 },
  (_, index): Edge => ({
    from: `n${index % 6}`,
    to: `n${(index * 5 + 1 + Math.floor(index / 6)) % 6}`,
    weight: ((index * 11) % 15) - 3,
  }),
);

function countParts(links: Edge[]): number {
  const labels = new Map(Array.from({ length: 6 }, (_, index) => [`n${index}`, index]));
  for (const { from, to } of links) {
    const [a, b] = [labels.get(from) ?? 0, labels.get(to) ?? 0];
    for (const [node, label] of labels) if (label === a) labels.set(node, b);
  }
  return new Set(labels.values()).size;
}

test("no choice of five links that joins all six nodes is cheaper, or dearer at maximum", async () => {
  const totals: number[] = [];
  for (let choice = 0; choice < 2 ** edges.length; choice += 1) {
    const links = edges.filter((_, index) => (choice >> index) % 2 === 1);
    if (links.length === 5 && countParts(links) === 1)
      totals.push(links.reduce((sum, { weight }) => sum + weight, 0));
  }
  assert(totals.length > 0, "the graph is connected");
  const least = await action({ edges });
  const most = await action({ edges, maximum: true });
  assertEquals([least.edges.length, least.trees, least.totalWeight], [5, 1, Math.min(...totals)]);
  assertEquals([most.edges.length, most.trees, most.totalWeight], [5, 1, Math.max(...totals)]);
});

test("a long chain keeps every link", async () => {
  const chain = Array.from({ length: 5000 }, (_, index) => ({
    from: `${index}`,
    to: `${index + 1}`,
    weight: (index * 37) % 101,
  }));
  const found = await action({ edges: [...chain, { from: "0", to: "5000", weight: 1000 }] });
  assertEquals([found.edges.length, found.trees], [5000, 1]);
});
