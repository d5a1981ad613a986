import { performance } from "node:perf_hooks";
import { regressions, seeds } from "./inputs.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { type Target, targets } from "./targets.ts";

/** An input that made a target throw something else than a CollectiveError, or took too long. */
export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly problem: string;
}

export interface FuzzResult {
  readonly executions: number;
  readonly findings: readonly Finding[];
}

/** Decoders answer in microseconds; a whole second means that some input makes them work without bound. */
const SLOW_MS = 1_000;
/** The first few are enough to start mending. */
const MOST_FINDINGS = 10;
/** Inputs that decoded, kept to start from: they lead deeper than the ones that were refused at once. */
const MOST_INPUTS = 5_000;

/** Every regression against its target. */
export function checkRegressions(): FuzzResult {
  const known = regressions();
  const findings = known.flatMap(({ target, input, file }) => {
    const found = targets.find(({ name }) => name === target);
    if (found === undefined) return [{ target, input, problem: `${file} names no target` }];
    return feed(found, input) ?? [];
  });
  return { executions: known.length, findings };
}

/** Mutates inputs and feeds them to every target in turn, until the time is up. Same seed, same inputs. */
export function fuzz(options: {
  milliseconds: number;
  seed: number;
  targets?: readonly Target[];
}): FuzzResult {
  const random = new Random(options.seed);
  const [first = new Uint8Array(), ...rest] = [...seeds(), ...regressions().map(({ input }) => input)];
  const inputs: [Uint8Array, ...Uint8Array[]] = [first, ...rest];
  const findings: Finding[] = [];
  const end = performance.now() + options.milliseconds;
  let executions = 0;
  while (performance.now() < end && findings.length < MOST_FINDINGS) {
    const input = mutate(random.pick(inputs), random.pick(inputs), random);
    for (const target of options.targets ?? targets) {
      executions += 1;
      const finding = feed(target, input);
      if (finding !== undefined) findings.push(finding);
    }
    if (inputs.length < MOST_INPUTS && random.below(50) === 0) inputs.push(input);
  }
  return { executions, findings };
}

function feed(target: Target, input: Uint8Array): Finding | undefined {
  const start = performance.now();
  try {
    target.feed(input);
  } catch (error) {
    return { target: target.name, input, problem: String(error) };
  }
  const took = performance.now() - start;
  if (took > SLOW_MS) return { target: target.name, input, problem: `took ${Math.round(took)} ms` };
  return undefined;
}
