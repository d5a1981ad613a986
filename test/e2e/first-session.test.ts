import { expect, test } from "vitest";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

test("a first session, alone and knowing nobody: the library is found, proved and runs without a question", {
  timeout: 90_000,
}, async () => {
  await using peer = await PeerProcess.start({
    env: { COLLECTIVE_LIBRARY: "true", COLLECTIVE_QUIET_LOAD: "1000" },
  });
  const run = (...args: string[]) => collective(args, { COLLECTIVE_HOME: peer.home });
  await until(async () => (await peer.client.status()).actions.known >= 12, { what: "the library" });
  const searched = await run("search", "multiply two matrices");
  expect(searched.code).toBe(0);
  expect(searched.stdout.split("\n")[1]).toContain("multiplyMatrices");
  const input = JSON.stringify({ a: [[1, 2]], b: [[3], [4]] });
  // It may not have been proved yet: then it is now, and still nobody is asked anything.
  const ran = await run("run", "multiplyMatrices", "--input", input);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({ product: [[11]] });

  const { actions } = await until(
    async () => {
      const status = await peer.client.status();
      return status.actions.pending === 0 ? status : undefined;
    },
    { what: "the verified library", timeoutMs: 60_000, everyMs: 100 },
  );
  expect(actions).toMatchObject({ known: actions.passed, failed: 0, unknown: 0 });
  const found = await peer.client.search("multiply two matrices", { verified: true });
  expect(found[0]).toMatchObject({ name: "multiplyMatrices", standing: "passed" });
  // A rule that asks for some reputation does not hide what was proved here.
  for (const card of await peer.client.search("text of dates, numbers and JSON"))
    expect(card.score).toBeGreaterThan(0.3);

  const score = await peer.client.score("multiplyMatrices");
  expect(score).toMatchObject({ raters: [], gate: { decision: "runs" }, own: { failures: 0 } });
  expect(score.changes.length).toBeGreaterThan(0);

  expect(await peer.client.trust()).toEqual({ statements: [], suggestedByNetwork: [], suggestions: [] });
  const trust = await run("trust");
  expect(trust.code).toBe(0);
  const said = trust.stdout + trust.stderr;
  expect(said).toMatch(/nobody/i);
  expect(said).toMatch(/collective follow/);
  for (const shown of [trust, await run("show", "multiplyMatrices"), await run("status")])
    expect(shown.stdout).not.toMatch(/untrusted|suspicious|unknown peer|NaN|undefined/i);
});
