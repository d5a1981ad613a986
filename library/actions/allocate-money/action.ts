type AllocateMoneyInput = { amount: number; weights: number[]; decimals?: number };
type AllocateMoneyOutput = { parts: number[]; sharesPercent: number[]; leftover: number };

const USUAL_DECIMALS = 2;

/** Rounds every share towards zero, then hands the units left over to those who lost most by that. */
export default function allocateMoney(input: AllocateMoneyInput): AllocateMoneyOutput {
  const decimals = input.decimals ?? USUAL_DECIMALS;
  const units = scaled(input.amount, decimals);
  const places = Math.max(...input.weights.map(countDecimals));
  const weights = input.weights.map((weight) => scaled(weight, places));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) throw new Error("At least one weight must be more than zero");
  const size = units < 0n ? -units : units;
  const shares = weights.map((weight) => (size * weight) / total);
  const leftover = Number(size - shares.reduce((sum, share) => sum + share, 0n));
  const lucky = new Set(byLoss(weights.map((weight) => (size * weight) % total)).slice(0, leftover));
  return {
    parts: shares.map((share, index) => {
      const part = Number(lucky.has(index) ? share + 1n : share) / 10 ** decimals;
      return units < 0n ? -part : part;
    }),
    sharesPercent: weights.map((weight) => (Number(weight) / Number(total)) * 100),
    leftover,
  };
}

/** Places in the list, the largest loss first; equal losses stay in the order of the list. */
function byLoss(losses: bigint[]): number[] {
  return losses
    .map((loss, index) => ({ loss, index }))
    .sort((a, b) => Number(b.loss > a.loss) - Number(b.loss < a.loss))
    .map(({ index }) => index);
}

/** The number times a power of ten, exactly as people write it. */
function scaled(value: number, places: number): bigint {
  const missing = places - countDecimals(value);
  if (missing < 0) {
    throw new Error(`${value} has more than ${places} decimals: round it first, or set decimals`);
  }
  return BigInt(plain(value).replace(".", "") + "0".repeat(missing));
}

function countDecimals(value: number): number {
  return (plain(value).split(".")[1] ?? "").length;
}

function plain(value: number): string {
  if (/e/.test(`${value}`)) throw new Error(`${value} is too small: scale it up to at least 0.000001`);
  return `${value}`;
}
