import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type BlockListContent,
  blockListBytes,
  createSigner,
  peerIdOfKey,
} from "@action-collective/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** Verification goes on, however busy the machine is otherwise. */
const BUSY = { COLLECTIVE_QUIET_LOAD: "1000" };
const PATIENCE = { timeoutMs: 45_000, everyMs: 100 };
const INPUT = ["--input", '{"x":1}'];

let publisher: PeerProcess;
let user: PeerProcess;
let published: { id: string; name: string };
const run = (...args: string[]) => collective(args, { COLLECTIVE_HOME: user.home });

beforeAll(async () => {
  publisher = await PeerProcess.start({ env: BUSY });
  user = await PeerProcess.start({ bootstrap: publisher.started.addresses, env: BUSY });
  published = await publisher.client.publish(addingAction(8));
  await until(async () => (await user.client.show(published.id)).standing === "passed", {
    what: "its test at the user's",
    ...PATIENCE,
  });
}, 90_000);
afterAll(async () => {
  await Promise.all([publisher, user].map((peer) => peer?.[Symbol.asyncDispose]()));
});

const found = async () =>
  (await user.client.search("adds 8 to a number")).some((card) => card.id === published.id);

/** Searches and runs as before; then again as before, once the rule is gone. */
async function hidden(why: RegExp): Promise<void> {
  expect(await found()).toBe(false);
  const refused = await run("run", published.id, ...INPUT, "--json");
  expect(refused).toMatchObject({ code: 7, stdout: "" });
  expect(JSON.parse(refused.stderr)).toMatchObject({
    error: { code: "refused-by-policy", message: expect.stringMatching(why) },
  });
  const { lists, hidden: counted } = await user.client.policy();
  expect(counted.reduce((sum, { actions }) => sum + actions, 0)).toBe(1);
  expect((await user.client.status()).policy.hidden).toBe(1);
  expect(lists.length).toBeLessThanOrEqual(1);
}

async function asBefore(): Promise<void> {
  await until(found, { what: "the action as before", ...PATIENCE });
  expect(await run("run", published.id, ...INPUT)).toMatchObject({ code: 0, stdout: "9\n" });
}

test("who is blocked is neither found nor run, until that is lifted", { timeout: 60_000 }, async () => {
  await asBefore();
  const { peerId } = publisher.started;
  expect(await run("policy", "block", peerId)).toMatchObject({ code: 0 });
  await hidden(/blocked/);
  const shown = await run("policy");
  expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(peerId) });
  expect(await run("policy", "unblock", peerId)).toMatchObject({ code: 0 });
  await asBefore();
});

test("a licence that the user does not accept hides what is under another", { timeout: 60_000 }, async () => {
  await user.client.changePolicy({ licences: ["Apache-2.0"] });
  await hidden(/licence MIT/);
  await user.client.changePolicy({ licences: ["mit", "Apache-2.0"] });
  await asBefore();
  await user.client.changePolicy({ licences: null });
  const wrong = await run("policy", "set", "minScore", "7");
  expect(wrong.code).not.toBe(0);
  expect((await user.client.policy()).policy).toEqual({});
});

const signer = createSigner(new Uint8Array(32).fill(7));
const KEY = peerIdOfKey(signer.publicKey);

/** A list's text, signed, that blocks the given peers. */
function listOf(peers: readonly string[], minutesOld: number): string {
  const moment = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  const issued = Date.now() - minutesOld * 60_000;
  const content: BlockListContent = {
    format: 1,
    name: "Watchers of the example",
    issued: moment(issued),
    expires: moment(issued + 24 * 3_600_000),
    entries: { peers: peers.map((id) => ({ id, reason: "spam" })), actions: [] },
  };
  const signature = Buffer.from(signer.sign(blockListBytes(content))).toString("base64");
  return JSON.stringify({ ...content, signatures: [{ key: KEY, signature }] });
}

async function serving(text: () => string): Promise<Server & { url: string } & AsyncDisposable> {
  const server = createServer((_, response) => response.end(text())).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(server, {
    url: `http://127.0.0.1:${port}/blocked.json`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

test("a signed block list counts as its signer wrote it, and unsubscribing ends that", {
  timeout: 60_000,
}, async () => {
  const blocked = listOf([publisher.started.peerId], 10);
  let text = blocked.replace("spam", "ham!");
  await using server = await serving(() => text);
  const source = { source: server.url, keys: [KEY] };

  // Changed on its way: not believed, and the user is told.
  await user.client.changePolicy({ lists: [source] });
  const state = (wanted: string) =>
    until(
      async () => {
        const [list] = (await user.client.policy()).lists;
        return list?.state === wanted ? list : undefined;
      },
      { what: `a list that is ${wanted}`, ...PATIENCE },
    );
  expect((await state("never-read")).note).toMatch(/\w{4}/);
  await asBefore();

  text = blocked;
  await user.client.changePolicy({ lists: [] });
  expect(await run("policy", "subscribe", server.url, "--key", KEY)).toMatchObject({ code: 0 });
  expect(await state("in-force")).toMatchObject({ name: "Watchers of the example", peers: 1, actions: 0 });
  await until(async () => !(await found()), { what: "the list in force", ...PATIENCE });
  await hidden(/Watchers of the example.*spam/);

  expect(await run("policy", "unsubscribe", server.url)).toMatchObject({ code: 0 });
  await asBefore();
});
