type Matrix = number[][];
type MultiplyMatricesInput = { a: Matrix; b: Matrix };
type MultiplyMatricesOutput = { product: Matrix };

/** The matrix product a × b; a has as many columns as b has rows. */
export default function multiplyMatrices({ a, b }: MultiplyMatricesInput): MultiplyMatricesOutput {
  const columnsOfA = countColumns(a, "a");
  const columnsOfB = countColumns(b, "b");
  if (columnsOfA !== b.length) {
    throw new Error(
      `Cannot multiply: a is ${a.length}×${columnsOfA} and b is ${b.length}×${columnsOfB}; ` +
        "the columns of a must equal the rows of b",
    );
  }
  return { product: a.map((row) => multiplyRow(row, b, columnsOfB)) };
}

function countColumns(matrix: Matrix, name: string): number {
  const columns = matrix[0]?.length ?? 0;
  const ragged = matrix.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new Error(`Row ${ragged + 1} of ${name} has another length than its first row (${columns})`);
  }
  return columns;
}

/** Adds up whole rows of b, weighted: rows lie together in memory, columns do not. */
function multiplyRow(row: number[], b: Matrix, columns: number): number[] {
  const result = new Array<number>(columns).fill(0);
  for (const [index, weight] of row.entries()) {
    for (const [column, value] of (b[index] ?? []).entries()) {
      result[column] = (result[column] ?? 0) + weight * value;
    }
  }
  if (!result.every(Number.isFinite)) throw new Error("The product is too large for floating-point numbers");
  return result;
}
