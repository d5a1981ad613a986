import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "../../../node/src/sandbox/sandbox.ts";
import type { CallOutcome } from "../../../node/src/sandbox/types.ts";
import { type Canaries, layCanaries } from "./canaries.ts";
import { HOSTILE_ACTIONS } from "./hostile-actions.ts";
import { NO_FILTER } from "./no-filter.ts";

/** Short limits: what is hostile shall not take long either. */
const LIMITS = { cpuSeconds: 1, wallMs: 20_000, memoryMb: 128, heapMb: 64 };

let sandbox: Sandbox;
let canaries: Canaries;
const said: unknown[] = [];

beforeAll(async () => {
  canaries = await layCanaries();
  sandbox = await Sandbox.open({ limits: LIMITS, processes: 4, filter: NO_FILTER });
});

afterAll(async () => {
  await sandbox.stop();
  expect(sandbox.alive).toBe(0);
  await canaries.verify(said);
  await canaries.close();
});

describe.concurrent("a hostile action, with no scan before it, that tries to", () => {
  for (const { tries, code, must, limits } of HOSTILE_ACTIONS) {
    it(tries, async () => {
      const text = typeof code === "string" ? code : code(canaries);
      const source = { code: text, language: "javascript" } as const;
      const outcome = await sandbox.runOnce(source, {}, { limits: limits ?? {} });
      said.push(outcome);
      expect(matches(outcome, must), JSON.stringify(outcome)).toBe(true);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      await canaries.verify(outcome);
    });
  }
});

function matches(outcome: CallOutcome, must: readonly object[]): boolean {
  return must.some((expected) => {
    try {
      expect(outcome).toMatchObject(expected);
      return true;
    } catch {
      return false;
    }
  });
}
