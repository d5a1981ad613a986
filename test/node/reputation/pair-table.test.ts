import fc from "fast-check";
import { expect, test } from "vitest";
import { PairTable } from "../../../node/src/reputation/pair-table.ts";

test("a table holds what a map of pairs holds, whatever is written how often", () => {
  const index = fc.nat(2_000);
  fc.assert(
    fc.property(fc.array(fc.tuple(index, index, fc.nat(9)), { maxLength: 2_000 }), (writes) => {
      const table = new PairTable(["value"]);
      const map = new Map<string, number>();
      for (const [first, second, value] of writes) {
        table.columns.value[table.open(first, second)] = value;
        map.set(`${first} ${second}`, value);
      }
      expect(table.size).toBe(map.size);
      for (const [first, second] of writes) {
        expect(table.columns.value[table.find(first, second)]).toBe(map.get(`${first} ${second}`));
        const rows = [...table.ofFirst(first)].filter((row) => table.second(row) === second);
        expect(rows).toEqual([table.find(first, second)]);
        expect([...table.ofSecond(second)]).toContain(rows[0]);
      }
      expect(table.find(2_001, 0)).toBe(-1);
      expect([...table.ofFirst(5_000)]).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
