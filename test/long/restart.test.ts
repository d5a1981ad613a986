import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess, STOCKED } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const KILLS = 3;

test("kill −9 while publishing: after a restart everything acknowledged is there, passed and runnable", {
  timeout: 120_000,
}, async () => {
  await using home = await temporaryFolder();
  const acknowledged: string[] = [];
  let id = "";
  for (let round = 0; round < KILLS; round++) {
    await using peer = await PeerProcess.start({ home: home.path });
    id ||= peer.started.peerId;
    expect(peer.started.peerId).toBe(id);
    const { client } = peer;
    const publishing = (async () => {
      for (let n = 0; peer.running; n++) {
        const published = await client.publish(addingAction(round * 100 + n)).catch(() => undefined);
        if (published !== undefined) acknowledged.push(published.id);
      }
    })();
    await until(() => acknowledged.length >= (round + 1) * 4, { what: "a few acknowledged publications" });
    await peer.kill();
    await publishing;
  }
  await using peer = await PeerProcess.start({ home: home.path });
  for (const published of acknowledged) {
    const view = await peer.client.show(published);
    expect(view).toMatchObject({ standing: "passed", publishers: [id] });
    expect(view.verdicts).toMatchObject([{ own: true, outcome: "pass" }]);
    expect((await peer.client.run(published, { x: 0 })).output).toBe(Number(view.name.slice(4)));
  }
  const found = await peer.client.search("add 0 to a number", { limit: 50 });
  expect(found.length).toBeGreaterThanOrEqual(Math.min(acknowledged.length, 10));
});

test("a damaged catalogue or key is named, refused and left as it is", { timeout: 60_000 }, async () => {
  await using home = await temporaryFolder();
  const peer = await PeerProcess.start({ home: home.path });
  expect(await peer.stop()).toBe(0);
  for (const [file, code] of [
    ["catalogue.sqlite", "catalogue-unreadable"],
    ["key", "key-damaged"],
  ] as const) {
    const path = join(home.path, file);
    await cp(path, `${path}.copy`);
    await writeFile(path, "damaged ".repeat(64));
    await expect(PeerProcess.start({ home: home.path })).rejects.toThrow(code);
    expect(await readFile(path, "utf8")).toBe("damaged ".repeat(64));
    await cp(`${path}.copy`, path);
  }
  await using again = await PeerProcess.start({ home: home.path });
  expect(again.started.peerId).toBe(peer.started.peerId);
});

test("a lost catalogue costs no reputation: the peer publishes anew and is not taken for an equivocator", {
  timeout: 90_000,
}, async () => {
  await using home = await temporaryFolder();
  await using b = await PeerProcess.start();
  const joining = { home: home.path, bootstrap: [b.started.addresses[0] ?? ""] };
  const first = await PeerProcess.start(joining);
  const { id } = await first.client.publish(addingAction(7));
  await until(async () => (await b.client.show(id)).standing === "passed", { what: "B's verdict" });
  const word = async (author: string) =>
    (await b.client.show(id)).verdicts.find((verdict) => verdict.author === author)?.created ?? 0;
  const before = await until(() => word(first.started.peerId), { what: "A's verdict at B" });
  expect(await first.stop()).toBe(0);
  for (const file of ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"])
    await rm(`${home.path}/${file}`, { force: true });
  await using again = await PeerProcess.start({ home: home.path });
  await again.client.publish(addingAction(7));
  await again.stop();
  await using back = await PeerProcess.start(joining);
  const self = back.started.peerId;
  await until(async () => (await word(self)) > before, { what: "what A says anew, at B" });
  const peer = await until(async () => (await b.client.peers()).find((one) => one.id === self), {
    what: "A at B",
  });
  expect(peer.score).toBeGreaterThanOrEqual(0.5);
});

test("blocks of the starter library that were lost come back at the next start", {
  timeout: 90_000,
}, async () => {
  await using home = await temporaryFolder();
  const env = STOCKED;
  const first = await PeerProcess.start({ home: home.path, env });
  await first.stocked("multiplyMatrices");
  expect(await first.stop()).toBe(0);
  await rm(join(home.path, "blocks"), { recursive: true });
  await using again = await PeerProcess.start({ home: home.path, env });
  const input = { a: [[1]], b: [[2]] };
  const { output } = await until(() => again.client.run("multiplyMatrices", input), { what: "a run" });
  expect(output).toEqual({ product: [[2]] });
});
