import { expect, test } from "vitest";
import type { SourceFinding } from "../../../node/src/analysis/types.ts";
import { decideFindings } from "../../../node/src/policy/findings.ts";

const SECRET: SourceFinding = {
  code: "embedded-secret",
  severity: "danger",
  line: 3,
  message: "holds a credential",
};
const EVAL: SourceFinding = { code: "eval", severity: "danger", line: 4, message: "uses eval", in: "test" };

test("only a credential is refused without the user's word, and only when it is published", () => {
  expect(decideFindings("publish", [EVAL])).toBeUndefined();
  expect(decideFindings("run", [SECRET, EVAL])).toBeUndefined();
  expect(decideFindings("publish", [EVAL, SECRET])).toMatchObject({
    why: "embedded-secret: line 3 holds a credential",
    remedy: expect.stringContaining("permissions.secrets"),
  });
});

test("what the user refuses is refused at both", () => {
  for (const stage of ["publish", "run"] as const)
    expect(decideFindings(stage, [EVAL, EVAL], ["eval"])).toMatchObject({
      why: "eval: the test's line 4 uses eval (and 1 more)",
    });
  expect(decideFindings("run", [EVAL], ["webassembly"])).toBeUndefined();
});
