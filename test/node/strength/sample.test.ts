import { describe, expect, it } from "vitest";
import type { Mutant } from "../../../node/src/analysis/types.ts";
import { sampleMutants } from "../../../node/src/strength/sample.ts";

const mutants: Mutant[] = Array.from({ length: 400 }, (_, at) => ({
  operator: at % 20 === 0 ? "rare" : at % 2 === 0 ? "number" : "text",
  start: at * 10,
  end: at * 10 + 1,
  replacement: "",
  line: at,
}));

describe("a sample of mutants", () => {
  it("is the same for the same code, and another for another", () => {
    expect(sampleMutants(mutants, "a", 32)).toEqual(sampleMutants(mutants, "a", 32));
    expect(sampleMutants(mutants, "a", 32)).not.toEqual(sampleMutants(mutants, "b", 32));
  });

  it("is spread over operators and over the whole text, in its order", () => {
    const sample = sampleMutants(mutants, "a", 24);
    expect(sample).toHaveLength(24);
    const starts = sample.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    for (const operator of ["rare", "number", "text"])
      for (let part = 0; part < 8; part++)
        expect(
          sample.filter((one) => one.operator === operator && Math.floor(one.start / 500) === part),
        ).toHaveLength(1);
  });

  it("is everything when there is no more", () => {
    expect(sampleMutants(mutants.slice(0, 5), "a", 32)).toEqual(mutants.slice(0, 5));
    expect(sampleMutants([], "a", 32)).toEqual([]);
  });
});
