import { assert, assertAlmostEquals, assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const matrix = (size: number, seed: number): number[][] =>
  Array.from({ length: size }, (_, row) =>
    Array.from(
      { length: size },
      (_, column) => (((row * 7 + 3) ** 2 * (column * 5 + seed) ** 3 + column) % 29) - 13,
    ),
  );

/** By the first row. */
function determinant(rows: number[][]): number {
  const [first = [], ...rest] = rows;
  if (rows.length === 0) return 1;
  return first.reduce((sum, value, index) => {
    const minor = rest.map((row) => row.filter((_, column) => column !== index));
    return sum + (-1) ** index * value * determinant(minor);
  }, 0);
}

test("a known solution is found again, and so is the determinant", async () => {
  for (const [size, seed] of [
    [2, 3],
    [3, 5],
    [4, 11],
    [5, 17],
    [6, 23],
  ] as const) {
    const coefficients = matrix(size, seed);
    const wanted = Array.from({ length: size }, (_, index) => index * 1.5 - 2);
    const constants = coefficients.map((row) =>
      row.reduce((sum, value, index) => sum + value * (wanted[index] ?? 0), 0),
    );
    const found = await action({ coefficients, constants });
    assertEquals(found.solution.length, size);
    for (const [index, value] of wanted.entries())
      assertAlmostEquals(found.solution[index] ?? 99, value, 1e-9);
    assertAlmostEquals((found.determinant ?? 0) / determinant(coefficients), 1, 1e-9);
    assert(found.residual < 1e-9, `residual ${found.residual}`);
  }
});

test("an ill-conditioned system keeps a small residual", async () => {
  const coefficients = Array.from({ length: 7 }, (_, row) =>
    Array.from({ length: 7 }, (_, column) => 1 / (row + column + 1)),
  );
  const found = await action({ coefficients, constants: [1, 0, 0, 0, 0, 0, 0] });
  assertAlmostEquals(found.solution[0] ?? 0, 49, 1e-5);
  assert(found.residual < 1e-8, `residual ${found.residual}`);
});
