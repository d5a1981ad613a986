type FactoriseIntegerInput = { value: string; divisors?: boolean };
type Factor = { prime: string; exponent: number };
type FactoriseIntegerOutput = {
  isPrime: boolean;
  factors: Factor[];
  text: string;
  divisorCount: number;
  divisors?: string[];
};

/** With these bases the test of Miller and Rabin is certain below 3.8 × 10^18. */
const BASES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n];
const MOST_DIVISORS = 10_000;

/** Small primes are divided out; what remains is split by Pollard's rho until all parts are prime. */
export default function factoriseInteger({
  value,
  divisors = false,
}: FactoriseIntegerInput): FactoriseIntegerOutput {
  const whole = BigInt(value);
  if (whole === 0n) throw new Error("0 has no prime factors, as everything divides it: give at least 1");
  const primes = primesOf(whole).sort((a, b) => Number(a - b));
  const exponents = new Map<bigint, number>();
  for (const prime of primes) exponents.set(prime, (exponents.get(prime) ?? 0) + 1);
  const factors = [...exponents].map(([prime, exponent]) => ({ prime: `${prime}`, exponent }));
  const divisorCount = factors.reduce((count, { exponent }) => count * (exponent + 1), 1);
  if (divisors && divisorCount > MOST_DIVISORS) {
    throw new Error(`There are ${divisorCount} divisors, more than ${MOST_DIVISORS}: leave divisors out`);
  }
  return {
    isPrime: primes.length === 1,
    factors,
    text:
      factors.map(({ prime, exponent }) => (exponent > 1 ? `${prime}^${exponent}` : prime)).join(" × ") ||
      "1",
    divisorCount,
    ...(divisors ? { divisors: divisorsOf(exponents) } : {}),
  };
}

function primesOf(whole: bigint): bigint[] {
  if (whole === 1n) return [];
  const small = BASES.find((prime) => whole % prime === 0n);
  if (small !== undefined) return [small, ...primesOf(whole / small)];
  if (isPrime(whole)) return [whole];
  const factor = split(whole);
  return [...primesOf(factor), ...primesOf(whole / factor)];
}

/** Miller and Rabin: whole is odd and has none of the bases as a factor. */
function isPrime(whole: bigint): boolean {
  let odd = whole - 1n;
  let halvings = 0;
  for (; odd % 2n === 0n; odd /= 2n) halvings += 1;
  return BASES.every((base) => {
    let power = powerOf(base, odd, whole);
    if (power === 1n) return true;
    for (let squaring = 1; squaring < halvings && power !== whole - 1n; squaring += 1)
      power = (power * power) % whole;
    return power === whole - 1n;
  });
}

function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base];
  for (let left = exponent; left > 0n; left /= 2n) {
    if (left % 2n === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Pollard's rho: a sequence repeats modulo a factor long before it does modulo the whole. */
function split(whole: bigint): bigint {
  for (let shift = 1n; ; shift += 1n) {
    const next = (value: bigint) => (value * value + shift) % whole;
    let [slow, fast, factor] = [2n, 2n, 1n];
    while (factor === 1n) {
      slow = next(slow);
      fast = next(next(fast));
      factor = commonDivisor(slow > fast ? slow - fast : fast - slow, whole);
    }
    if (factor !== whole) return factor;
  }
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [b, a];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return divisor;
}

function divisorsOf(exponents: Map<bigint, number>): string[] {
  let found = [1n];
  for (const [prime, exponent] of exponents) {
    const powers = Array.from({ length: exponent + 1 }, (_, power) => prime ** BigInt(power));
    found = powers.flatMap((power) => found.map((divisor) => divisor * power));
  }
  return found.sort((a, b) => (a < b ? -1 : 1)).map(String);
}
