import { assert, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const SIZE = 9;
const edges = Array.from({ length: 40 }, (_, index) => ({
  from: `n${(index * 5) % SIZE}`,
  to: `n${(index * 7 + 3) % SIZE}`,
  weight: ((index * 13) % 17) + 1,
}));

/** Every pair at once, by allowing one more node on the way each time. */
function allDistances(): Map<string, number> {
  const found = new Map<string, number>();
  const at = (from: number, to: number) => found.get(`n${from} n${to}`) ?? Number.POSITIVE_INFINITY;
  for (let node = 0; node < SIZE; node += 1) found.set(`n${node} n${node}`, 0);
  for (const { from, to, weight } of edges) {
    const key = `${from} ${to}`;
    found.set(key, Math.min(found.get(key) ?? Number.POSITIVE_INFINITY, weight));
  }
  for (let via = 0; via < SIZE; via += 1)
    for (let from = 0; from < SIZE; from += 1)
      for (let to = 0; to < SIZE; to += 1) {
        found.set(`n${from} n${to}`, Math.min(at(from, to), at(from, via) + at(via, to)));
      }
  return found;
}

test("every distance is the least and the path has that length", async () => {
  const expected = allDistances();
  for (const from of ["n0", "n4", "n7"]) {
    for (let node = 0; node < SIZE; node += 1) {
      const { distance, path } = await action({ edges, from, to: `n${node}` });
      const least = expected.get(`${from} n${node}`) ?? Number.POSITIVE_INFINITY;
      assertEquals(distance, Number.isFinite(least) ? least : null);
      if (distance === null) continue;
      let length = 0;
      for (const [index, next] of path.slice(1).entries()) {
        const links = edges.filter((edge) => edge.from === path[index] && edge.to === next);
        length += Math.min(...links.map(({ weight }) => weight));
      }
      assertEquals(length, distance);
      assertEquals([path[0], path.at(-1)], [from, `n${node}`]);
    }
  }
});

test("a long chain and a wide star are no trouble", async () => {
  const chain = Array.from({ length: 500 }, (_, index) => ({
    from: `${index}`,
    to: `${index + 1}`,
    weight: 1,
  }));
  const long = await action({ edges: chain, from: "0", to: "500" });
  assertEquals([long.distance, long.path.length], [500, 501]);
  const star = chain.map((edge, index) => ({ from: "center", to: edge.to, weight: index }));
  const wide = await action({ edges: star, from: "1", to: "499", directed: false });
  assertEquals(wide.path, ["1", "center", "499"]);
  assert(wide.found, "found");
});
