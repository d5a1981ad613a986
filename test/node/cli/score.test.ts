import { describe, expect, it } from "vitest";
import { FRIEND, ID, OTHER, SCORE, sampleHandlers, TRUST } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

describe("collective score", () => {
  it("is one line, and points to the rest", async () => {
    await using running = await peer();
    expect(await running.run(["score", "echo"])).toEqual({
      code: 0,
      stdout: "0.50  echo: test here passed; 2 passes and 1 fail reported; 3 runs, 2 succeeded\n",
      stderr: "Add --explain to see what it rests on.\n",
    });
  });

  it("explains authors, raters with their paths, feedback, cuts, changes and the gate on one screen", async () => {
    await using running = await peer();
    const { stdout, stderr } = await running.run(["score", "echo", "--explain"]);
    expect(stderr).toBe("");
    expect(stdout).toBe(`0.50  echo: test here passed; 2 passes and 1 fail reported; 3 runs, 2 succeeded

id        ${ID}
evidence  3.40 for it, 0.25 against it; 1 is one fully trusted pass
own test  2.00 for it, 0.00 against it; its test notices 83 % of changes
when run  runs without asking: its unit test passed here, and it asks for nothing but its input

Who publishes it
  PEER             SCORE  ACTIONS  ADDS
  12D3KooWQYhTNQd  0.40   3        0.20

Whose test of it counts, and through whom
  PEER             SAYS  COUNTS  RELIABLE                 AGE      THROUGH
  12D3KooWQYhTNQd  pass  0.30    0.80 (3 right, 0 wrong)  12 days  you → 12D3KooWEyoppNC (followed) → it
  … and 4 more, who count less

Whose agents ran it
  PEER             RUNS  SUCCEEDED  USEFUL  NOT USEFUL  ADDS
  12D3KooWQYhTNQd  3     2          1       0           0.20 for it, 0.05 against it

Cut down, so that no one voice decides
  all that came through 12D3KooWEyoppNC: 1.20, counted as 0.60

What would change it
  0.50 → 0.56  one more peer you trust reports a pass
`);
  });

  it("says plainly that nobody has said anything, that it was taken back, and that a run would be refused", async () => {
    const bare = {
      ...SCORE,
      withdrawn: true,
      own: { passes: 0, failures: 0, strength: null },
      ...{ authors: [], raters: [], feedback: [], branches: [], changes: [] },
      unshown: { raters: 0, feedback: 0 },
      gate: { decision: "refused" as const, why: "everybody who published it took it back" },
    };
    await using running = await peer({ score: async () => bare });
    const { stdout } = await running.run(["score", "echo", "--explain"]);
    expect(stdout).toContain("; withdrawn by its publisher\n");
    expect(stdout).toContain("strength not measured yet\n");
    expect(stdout).toContain("when run  is refused: everybody who published it took it back\n");
    expect(stdout).toContain("  nobody any more: it was withdrawn\n");
    expect(stdout).toContain("  nobody but this peer has reported a test of it\n");
    expect(stdout).toContain("  nobody's yet\n");
    expect(stdout).not.toMatch(/Cut down|What would change/);
  });

  it("cuts long lists, and shows strangers' text as text", async () => {
    const raters = Array.from({ length: 12 }, (_, i) => ({
      ...SCORE.raters[0],
      peer: OTHER,
      outcome: "pass" as const,
      weight: 1 / (i + 1),
      path: i === 0 ? [] : [FRIEND, OTHER],
      note: i === 0 ? "its key\u001b[2J is new" : undefined,
    }));
    await using running = await peer({
      score: async () => ({
        ...SCORE,
        name: "echo\u202e\n0.99",
        raters: raters as typeof SCORE.raters,
        changes: [{ what: `a\u001b[31m\n${FRIEND}`, value: 1 }],
      }),
    });
    const { stdout } = await running.run(["score", "echo", "--explain"]);
    expect(stdout).toContain("… and 8 more, who count less");
    expect(stdout).toContain("nobody known here vouches for it\n");
    expect(stdout).toContain("  12D3KooWQYhTNQd: its key?[2J is new\n");
    expect(stdout).toContain("0.50 → 1.00  a?[31m 12D3KooWEyoppNC\n");
    expect(stdout.split("\n")[0]).toMatch(/^0\.50 {2}echo\? 0\.99: /);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is tested
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  it("with --json is the peer's own answer", async () => {
    await using running = await peer();
    const { stdout } = await running.run(["score", "echo", "--explain", "--json"]);
    expect(JSON.parse(stdout)).toEqual(SCORE);
  });
});

describe("what other commands say of it", () => {
  it("show says that an action was withdrawn", async () => {
    const sample = sampleHandlers();
    await using running = await peer({
      show: async (call) => ({ ...(await sample.show(call)), withdrawn: true }),
    });
    expect((await running.run(["show", "echo"])).stdout).toMatch(
      /^withdrawn +withdrawn by its publisher; others may keep their copies$/m,
    );
    await using kept = await peer();
    expect((await kept.run(["show", "echo"])).stdout).not.toContain("withdrawn");
  });

  it("withdraw says that others may keep their copies, and passes on the reason", async () => {
    const reasons: string[] = [];
    await using running = await peer({
      withdraw: async ({ ref, body }) => {
        reasons.push(body.reason);
        return { id: ID, name: ref, recipients: 1 };
      },
    });
    expect(await running.run(["withdraw", "echo", "--reason", "wrong for 0"])).toEqual({
      code: 0,
      stdout: `${ID}\n`,
      stderr:
        "Withdrew echo; told 1 peer. Others may keep their copies: nobody can delete what was shared.\n",
    });
    await running.run(["withdraw", "echo"]);
    expect(reasons).toEqual(["wrong for 0", ""]);
  });

  it("peers and trust name a peer by a beginning that the peer takes back", async () => {
    expect(TRUST.statements[0]?.peer.startsWith("12D3KooWEyoppNC")).toBe(true);
    await using running = await peer();
    expect((await running.run(["trust"])).stdout).toContain("12D3KooWEyoppNC  +1 followed");
  });
});
