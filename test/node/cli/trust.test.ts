import { describe, expect, it } from "vitest";
import { FRIEND, OTHER, PEER_VIEW, sampleHandlers, TRUST } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

/** A peer that remembers what its user said. */
async function listening() {
  const said: object[] = [];
  const sample = sampleHandlers();
  const running = await peer({
    setTrust: async (call) => {
      said.push(call.body);
      return await sample.setTrust(call);
    },
  });
  return Object.assign(running, { said });
}

describe("collective trust", () => {
  it("lists what was said and who is suggested, and shows the next step", async () => {
    await using running = await peer();
    expect(await running.run(["trust"])).toEqual({
      code: 0,
      stdout: `What you said
  PEER             SAID         SINCE       PUBLISHED  REASON
  12D3KooWEyoppNC  +1 followed  2023-11-14  no         we met

Suggested by the network's list; they count a little, and less the more you find out yourself
  12D3KooWEyoppNC

Their verdicts agreed with your own
  PEER             AGREED  DIFFERED  USEFUL ACTIONS  WHY
  12D3KooWQYhTNQd  3       1         5               3 of 4 verdicts agreed
`,
      stderr: `To follow somebody: collective follow ${OTHER}\n`,
    });
  });

  it("tells a newcomer what counts although nobody is followed", async () => {
    await using running = await peer({
      trust: async () => ({ statements: [], suggestedByNetwork: [], suggestions: [] }),
    });
    const { stdout, stderr } = await running.run(["trust"]);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^You follow nobody yet: what this peer finds out itself counts\. To follow/);
    expect(stderr).toContain("collective follow PEER, with the id");
  });

  it("shows everything known of one peer", async () => {
    const statement = {
      peer: OTHER,
      level: -2 as const,
      reason: "lies",
      since: 1_700_000_000_000,
      published: true,
    };
    await using running = await peer({
      peer: async () => ({ ...PEER_VIEW, statement, successor: FRIEND, suggestedByNetwork: true }),
    });
    const { stdout } = await running.run(["trust", OTHER]);
    expect(stdout.replace(/ +\n/g, "\n")).toBe(`peer          ${OTHER}
connected     yes
you say       -2 in bad faith since 2023-11-14, published: lies
its word      12.5 % of the trust that this peer gives to others, beside its own tests; the network's list suggests it
              you → 12D3KooWEyoppNC (followed) → it
as a rater    reliable to 0.80: 3 verdicts of it right, 1 wrong, by this peer's own tests
as an author  score 0.40: 3 actions, 2 good and 0 bad here
it was given  2.0 kB, and put off 2 times
it gave       1.5 MB, 3 verdicts that proved right and 1 wrong, 5 useful runs of its actions
share         1.50 of a newcomer's ration, where there is not enough for all
successor     ${FRIEND}
`);
    await using alone = await peer({ peer: async () => ({ ...PEER_VIEW, trust: 1 }) });
    expect((await alone.run(["trust", OTHER])).stdout).toMatch(
      /^its word +all of the trust that this peer gives/m,
    );
    await using bad = await peer({
      peer: async () => ({ ...PEER_VIEW, paths: [], discredited: "signed two\u001b records" }),
    });
    expect((await bad.run(["trust", OTHER])).stdout).toContain("counts for nothing: signed two? records\n");
  });

  it("says what it is told to say, and what follows from it", async () => {
    await using running = await listening();
    const followed = await running.run(["follow", OTHER, "--reason", "we met", "--publish"]);
    expect(followed).toMatchObject({ code: 0, stdout: `${OTHER}  +1 followed\n` });
    expect(followed.stderr).toContain("It is signed, and anybody can read it.");
    const distrusted = await running.run(["distrust", OTHER]);
    expect(distrusted.stdout).toBe(`${OTHER}  -2 in bad faith\n`);
    expect(distrusted.stderr).toContain("Only this machine knows.");
    expect((await running.run(["unfollow", OTHER])).stderr).toBe("What you said before is taken back.\n");
    await running.run(["trust", OTHER, "--level", "+2"]);
    expect((await running.run(["trust", OTHER, "--level", "-1"])).stderr).toMatch(/^Its word counts half/);
    await running.run(["trust", OTHER, "--level", "-2", "--reason", "lies"]);
    expect(running.said).toEqual([
      { peer: OTHER, level: 1, reason: "we met", publish: true },
      { peer: OTHER, level: -2, reason: "", publish: false },
      { peer: OTHER, level: 0, reason: "", publish: false },
      { peer: OTHER, level: 2, reason: "", publish: false },
      { peer: OTHER, level: -1, reason: "", publish: false },
      { peer: OTHER, level: -2, reason: "lies", publish: false },
    ]);
  });

  it("suggests nobody twice", async () => {
    const both = { ...TRUST, suggestions: [{ ...TRUST.suggestions[0], peer: FRIEND }] };
    await using running = await peer({ trust: async () => both as typeof TRUST });
    expect((await running.run(["trust"])).stderr).toBe("");
  });
});
