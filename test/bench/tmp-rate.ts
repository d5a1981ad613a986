import { Sandbox } from "../../node/src/sandbox/sandbox.ts";
import { WorkerSchemaChecker } from "../../node/src/schemas/schema-checker.ts";
import { createJudge } from "../../node/src/verification/judge.ts";
import { bundle, testModule } from "../node/verification/judge-fixtures.ts";
import { openFloor } from "./sandbox-floor.ts";
import { perSecond } from "./measure.ts";
const TEST = testModule(`
test("adds", async () => { assertEquals(await action({ a: 1, b: 2 }), 3); });
test("takes signs", async () => { assertEquals(await action({ a: -1, b: 1 }), 0); });`);
const schemas = new WorkerSchemaChecker();
await using floor = await openFloor();
const plain = await Sandbox.open({ processes: 8, bubblewrap: null });
const full = await Sandbox.open({ processes: 8 });
const v = (s: Sandbox, b: never) => createJudge({ sandbox: s, schemas, clock: () => performance.now() }).judge(b, { signal: new AbortController().signal });
const work: Record<string, [() => Promise<unknown>, number]> = {};
for (const n of [2, 3, 4]) {
  work[`floor ${n}`] = [() => floor.run(), n];
  work[`cases plain ${n}`] = [() => v(plain, bundle() as never), n];
  work[`cases full ${n}`] = [() => v(full, bundle() as never), n];
  work[`test plain ${n}`] = [() => v(plain, bundle({ cases: [], test: TEST }) as never), n];
  work[`test full ${n}`] = [() => v(full, bundle({ cases: [], test: TEST }) as never), n];
}
const rates: Record<string, number[]> = {};
for (let r = 0; r < 3; r++) for (const [k, [w, n]] of Object.entries(work)) (rates[k] ??= []).push(await perSecond(w, 60, n));
for (const [k, rs] of Object.entries(rates)) console.log(k.padEnd(16), rs.map((x) => x.toFixed(1)).join(" "));
await plain.stop(); await full.stop(); await schemas.stop();
