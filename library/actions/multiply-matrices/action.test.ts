import { assertEquals, assertRejects, test } from "action-collective/test";
import action from "./action.ts";

type Matrix = number[][];
const matrix = (rows: number, columns: number, seed: number): Matrix =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => ((row * 31 + column * 17 + seed * 7) % 19) - 9),
  );
const identity = (size: number): Matrix =>
  Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => Number(row === column)),
  );
const transpose = (m: Matrix): Matrix => (m[0] ?? []).map((_, column) => m.map((row) => row[column] ?? 0));
const multiply = async (a: Matrix, b: Matrix): Promise<Matrix> => (await action({ a, b })).product;

test("the identity changes nothing, on either side", async () => {
  const m = matrix(4, 6, 1);
  assertEquals(await multiply(identity(4), m), m);
  assertEquals(await multiply(m, identity(6)), m);
});

test("multiplication is associative", async () => {
  const [a, b, c] = [matrix(2, 5, 1), matrix(5, 3, 2), matrix(3, 4, 3)];
  assertEquals(await multiply(await multiply(a, b), c), await multiply(a, await multiply(b, c)));
});

test("the transpose of a product is the product of the transposes, swapped", async () => {
  const [a, b] = [matrix(3, 5, 4), matrix(5, 2, 5)];
  const product = await multiply(a, b);
  assertEquals([product.length, product[0]?.length], [3, 2]);
  assertEquals(transpose(product), await multiply(transpose(b), transpose(a)));
});

test("the first row of another length is named, in either matrix", async () => {
  const ragged = [[1, 2], [3], [4]];
  await assertRejects(() => action({ a: ragged, b: identity(2) }), "Row 2 of a");
  await assertRejects(() => action({ a: identity(3), b: ragged }), "Row 2 of b");
});

test("a quarter turn applied four times is the identity", async () => {
  const turn = [
    [0, -1],
    [1, 0],
  ];
  const half = await multiply(turn, turn);
  assertEquals(half, [
    [-1, 0],
    [0, -1],
  ]);
  assertEquals(await multiply(half, half), identity(2));
});
