import { join } from "node:path";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

/** Actions of the starter library that are waited for. */
const SEVERAL = 16;

test("a first session, alone and knowing nobody: the library is found, proved and runs without a question", {
  timeout: 180_000,
}, async () => {
  await using peer = await PeerProcess.start({
    env: { COLLECTIVE_LIBRARY: "true", COLLECTIVE_QUIET_LOAD: "1000" },
  });
  const run = (...args: string[]) => collective(args, { COLLECTIVE_HOME: peer.home });
  await until(() => peer.client.show("multiplyMatrices").catch(() => undefined), { what: "the library" });
  const searched = await run("search", "multiply two matrices");
  expect(searched.code).toBe(0);
  expect(searched.stdout.split("\n")[1]).toContain("multiplyMatrices");
  const input = JSON.stringify({ a: [[1, 2]], b: [[3], [4]] });
  // It may not have been proved yet: then it is now, and still nobody is asked anything.
  const ran = await run("run", "multiplyMatrices", "--input", input);
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.stdout)).toEqual({ product: [[11]] });

  // All of it takes a minute of both cores; what its strengths were recorded by is this same sandbox (library/strengths.json).
  const { actions } = await until(
    async () => {
      const status = await peer.client.status();
      return status.actions.passed >= SEVERAL ? status : undefined;
    },
    { what: "a good part of the library, verified", timeoutMs: 60_000, everyMs: 100 },
  );
  expect(actions).toMatchObject({ failed: 0, unknown: 0 });
  const found = await peer.client.search("multiply two matrices", { verified: true });
  expect(found[0]).toMatchObject({ name: "multiplyMatrices", standing: "passed" });
  // A rule that asks for some reputation does not hide what was proved here.
  for (const card of await peer.client.search("text of dates, numbers and JSON", { verified: true }))
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
  expect((await run("score", "multiplyMatrices")).stdout).toContain("nobody else has reported on it yet");
  for (const shown of [trust, await run("show", "multiplyMatrices"), await run("status")])
    expect(shown.stdout).not.toMatch(/untrusted|suspicious|unknown peer|NaN|undefined/i);
});

test("a network's signed list gives a newcomer somebody to begin with; one switch takes it away", {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder();
  const env = { COLLECTIVE_QUIET_LOAD: "1000" };
  await using rater = await PeerProcess.start({ env });
  const nothing = await collective(["search", "add six"], { COLLECTIVE_HOME: rater.home });
  expect(nothing).toMatchObject({ code: 0, stdout: "" });
  expect(nothing.stderr).toContain("This peer knows no action yet");
  await using author = await PeerProcess.start({ env, bootstrap: rater.started.addresses });
  const { peerId, addresses } = rater.started;
  const { id } = await author.client.publish(addingAction(6));

  const list = join(folder.path, "list.json");
  const key = (await collective(["network", "key", join(folder.path, "maintainer")])).stdout.trim();
  const made = [
    "--network",
    "main",
    "--operator",
    "Us",
    "--address",
    addresses[0] ?? "",
    "--suggest",
    peerId,
  ];
  await collective(["network", "new", list, ...made]);
  await collective(["network", "sign", list, "--key", join(folder.path, "maintainer")]);
  // Neither tests anything by itself, so whatever they believe comes from the list.
  const joining = {
    ...{ COLLECTIVE_BOOTSTRAP: "", COLLECTIVE_NETWORK_LIST: list, COLLECTIVE_NETWORK_KEY: key },
    COLLECTIVE_VERIFY: "false",
  };
  await using newcomer = await PeerProcess.start({ env: joining });
  await using sceptic = await PeerProcess.start({ env: { ...joining, COLLECTIVE_NETWORK_TRUST: "false" } });
  const [believing, doubting] = await Promise.all(
    [newcomer, sceptic].map((peer) =>
      until(async () => (await peer.client.score(id)).raters.find((rater) => rater.peer === peerId), {
        what: "the rater's verdict",
        timeoutMs: 45_000,
        everyMs: 100,
      }),
    ),
  );
  expect(believing).toMatchObject({ outcome: "pass", path: [peerId] });
  expect(doubting).toMatchObject({ outcome: "pass", path: [] });
  expect(believing?.weight).toBeGreaterThan(2 * (doubting?.weight ?? 1));
  expect(await newcomer.client.trust()).toMatchObject({ suggestedByNetwork: [peerId], statements: [] });
  expect(await sceptic.client.trust()).toMatchObject({ suggestedByNetwork: [], statements: [] });
  const shown = await collective(["trust"], { COLLECTIVE_HOME: newcomer.home });
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(peerId.slice(0, 15)) });

  // Who was right before one's own test answered is worth following: one command.
  expect(await sceptic.client.verify(id)).toMatchObject({ outcome: "pass" });
  expect((await sceptic.client.trust()).suggestions).toMatchObject([
    { peer: peerId, agreements: 1, disagreements: 0 },
  ]);
  const offered = await collective(["trust"], { COLLECTIVE_HOME: sceptic.home });
  expect(offered.stderr).toContain(`collective follow ${peerId}`);
  expect(await collective(["follow", peerId], { COLLECTIVE_HOME: sceptic.home })).toMatchObject({ code: 0 });
  expect(await sceptic.client.trust()).toMatchObject({
    statements: [{ peer: peerId, level: 1 }],
    suggestions: [],
  });
});
