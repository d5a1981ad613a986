type Item = { name: string; weight: number; value: number };
type PackItemsInput = { items: Item[]; capacity: number };
type PackItemsOutput = { packed: string[]; left: string[]; totalValue: number; totalWeight: number };

const MOST_CELLS = 20_000_000;

/** The 0/1 knapsack problem, exactly: for each capacity, the best that the items so far can give. */
export default function packItems({ items, capacity }: PackItemsInput): PackItemsOutput {
  const room = Math.min(capacity, sum(items, "weight"));
  if (items.length * room > MOST_CELLS) {
    throw new Error(
      "Items times capacity is too much work: use a coarser unit of weight, such as kilograms for grams",
    );
  }
  const best = new Float64Array(room + 1);
  const isTaken = items.map((item) => take(item, best));
  // The least room that gives as much leaves out what is not needed.
  let weight = best.indexOf(best[room] as number);
  const packed = new Set<Item>();
  for (const [index, item] of [...items.entries()].reverse()) {
    if (isTaken[index]?.[weight] !== 1) continue;
    packed.add(item);
    weight -= item.weight;
  }
  const chosen = items.filter((item) => packed.has(item));
  return {
    packed: chosen.map(({ name }) => name),
    left: items.filter((item) => !packed.has(item)).map(({ name }) => name),
    totalValue: sum(chosen, "value"),
    totalWeight: sum(chosen, "weight"),
  };
}

/** From the full capacity down, so that the item is counted once; says for which capacities it pays. */
function take({ weight, value }: Item, best: Float64Array): Uint8Array {
  const isTaken = new Uint8Array(best.length);
  for (let room = best.length - 1; room >= weight; room -= 1) {
    const total = (best[room - weight] as number) + value;
    if (total <= (best[room] as number)) continue;
    best[room] = total;
    isTaken[room] = 1;
  }
  return isTaken;
}

function sum(items: Item[], part: "weight" | "value"): number {
  return items.reduce((total, item) => total + item[part], 0);
}
