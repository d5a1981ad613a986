type SolveLinearSystemInput = { coefficients: number[][]; constants: number[] };
type SolveLinearSystemOutput = { solution: number[]; determinant: number | null; residual: number };

/** A pivot this small, next to coefficients of at most 1, is what rounding leaves of zero. */
const NOTHING = 1e-12;
/** A constant this small, next to the largest, is what rounding leaves of zero. */
const REMAINS = 1e-10;

/** Gauss's elimination with the largest pivot of each column. */
export default function solveLinearSystem({
  coefficients,
  constants,
}: SolveLinearSystemInput): SolveLinearSystemOutput {
  const size = coefficients.length;
  const wrong = coefficients.findIndex((row) => row.length !== size);
  if (wrong >= 0) throw new Error(`Row ${wrong + 1} must have ${size} coefficients, one for each equation`);
  if (constants.length !== size)
    throw new Error(`There are ${size} equations and ${constants.length} constants`);
  const scales = coefficients.map((row) => Math.max(...row.map(Math.abs)) || 1);
  const scaled = coefficients.map((row, index) => row.map((value) => value / (scales[index] as number)));
  // Unknowns in very different units must not make an equation look dependent either.
  const units = [...coefficients.keys()].map(
    (column) => Math.max(...scaled.map((row) => Math.abs(row[column] as number))) || 1,
  );
  const rows = scaled.map((row, index) => [
    ...row.map((value, column) => value / (units[column] as number)),
    (constants[index] as number) / (scales[index] as number),
  ]);
  const largestConstant = Math.max(...rows.map((row) => Math.abs(row.at(-1) as number)));
  const pivots = eliminate(rows);
  if (pivots.length < size) throw new Error(explain(rows, pivots.length, REMAINS * largestConstant));
  const solution = substitute(rows).map((value, index) => value / (units[index] as number));
  // A product of many numbers may leave the range of floating-point numbers.
  const determinant = scales.reduce(
    (product, scale, index) => product * scale * (units[index] as number) * (pivots[index] as number),
    1,
  );
  return {
    solution,
    determinant: Number.isFinite(determinant) && determinant !== 0 ? determinant : null,
    residual: Math.max(
      ...coefficients.map((row, index) => Math.abs(dot(row, solution) - (constants[index] as number))),
    ),
  };
}

/** Brings the rows into steps; gives the pivots, with the sign that exchanging rows costs. */
function eliminate(rows: number[][]): number[] {
  const pivots: number[] = [];
  for (const column of rows.keys()) {
    const top = pivots.length;
    const best = largest(rows, top, column);
    const pivot = at(rows, best, column);
    if (Math.abs(pivot) < NOTHING) continue;
    [rows[top], rows[best]] = [rows[best] as number[], rows[top] as number[]];
    pivots.push(best === top ? pivot : -pivot);
    for (let row = top + 1; row < rows.length; row += 1) {
      const factor = at(rows, row, column) / pivot;
      rows[row] = (rows[row] as number[]).map((value, index) => value - factor * at(rows, top, index));
    }
  }
  return pivots;
}

function largest(rows: number[][], from: number, column: number): number {
  let best = from;
  for (let row = from; row < rows.length; row += 1) {
    if (Math.abs(at(rows, row, column)) > Math.abs(at(rows, best, column))) best = row;
  }
  return best;
}

function explain(rows: number[][], rank: number, rounding: number): string {
  const size = rows.length;
  const isContradiction = rows.slice(rank).some((row) => Math.abs(row.at(-1) as number) > rounding);
  return isContradiction
    ? `There is no solution: the equations contradict each other (${rank} of ${size} are independent)`
    : `There are endlessly many solutions: only ${rank} of the ${size} equations are independent`;
}

function substitute(rows: number[][]): number[] {
  const solution = rows.map(() => 0);
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    const rest = at(rows, row, rows.length) - dot(rows[row] as number[], solution);
    solution[row] = rest / at(rows, row, row);
  }
  return solution;
}

function dot(row: number[], solution: number[]): number {
  return solution.reduce((sum, value, index) => sum + value * (row[index] as number), 0);
}

function at(rows: number[][], row: number, column: number): number {
  return rows[row]?.[column] as number;
}
