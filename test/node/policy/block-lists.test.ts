import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlockLists } from "../../../node/src/policy/block-lists.ts";
import { FETCH_EVERY_MS, MAX_BLOCK_LIST_BYTES } from "../../../node/src/policy/limits.ts";
import { ListCache } from "../../../node/src/policy/list-cache.ts";
import { fetchList, readListFile, stampOf } from "../../../node/src/policy/list-source.ts";
import { bundleOf, peerOf } from "../../helpers/records.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { ListServer } from "./list-server.ts";
import { DAY, KEEPER, KEEPER_ID, listText, MINUTE, NOON, STRANGER } from "./lists.ts";

const ACTION = bundleOf().id;
const [SPAMMER, OTHER] = [peerOf(1), peerOf(2)];
const keys = [KEEPER_ID];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const cacheFolder = () => join(folder.path, "block-lists");

/** Lists over real files and real HTTP, with a clock of the test's. */
function open(time = { now: NOON }) {
  const logged: string[] = [];
  const changes: number[] = [];
  const lists = new BlockLists({
    cache: new ListCache(cacheFolder()),
    readFile: readListFile,
    stampOf,
    fetch: (address, signal) => fetchList(address, signal, { timeoutMs: 1_500 }),
    clock: () => time.now,
    random: () => 0.5,
    log: (level, message, fields) => logged.push(`${level} ${message} ${JSON.stringify(fields)}`),
    changed: () => changes.push(time.now),
  });
  return { lists, time, logged, changes };
}

describe("a file on this machine", () => {
  test("is in force at once, followed as it changes, and needs no signature", async () => {
    const source = join(folder.path, "mine.json");
    await writeFile(source, listText({ peers: [SPAMMER], actions: [ACTION] }));
    const { lists, changes } = open();
    await lists.follow([{ source, keys: [] }]);
    expect(lists.peer(SPAMMER)).toEqual({ list: { source, name: "Spam watch" }, reason: "spam" });
    expect(lists.action(ACTION)?.reason).toBe("spam");
    expect(lists.peer(OTHER)).toBeUndefined();
    expect(lists.states()).toMatchObject([
      { state: "in-force", peers: 1, actions: 1, readAt: NOON, note: "" },
    ]);

    await writeFile(source, listText({ peers: [OTHER, peerOf(3)] }));
    await lists.look();
    expect(lists.peer(SPAMMER)).toBeUndefined();
    expect(lists.peer(OTHER)).toBeDefined();
    expect(changes).toHaveLength(2);
    await lists.look();
    expect(changes).toHaveLength(2);
  });

  test("that breaks or disappears keeps what it said in force, also over a restart", async () => {
    const source = join(folder.path, "mine.json");
    await writeFile(source, listText({ peers: [SPAMMER] }));
    const { lists } = open();
    await lists.follow([{ source, keys: [] }]);
    await writeFile(source, "{ not a list");
    await lists.look();
    expect(lists.states()).toMatchObject([
      { state: "in-force", note: expect.stringMatching(/not JSON.*stays/s) },
    ]);
    expect(lists.isEmpty).toBe(false);
    await rm(source);
    await lists.look();
    expect(lists.states()[0]?.note).toMatch(/ENOENT/);
    const { lists: again } = open();
    await again.follow([{ source, keys: [] }]);
    expect(again.peer(SPAMMER)).toBeDefined();
    await writeFile(source, listText({ peers: [OTHER] }));
    await again.look();
    expect(again.states()).toMatchObject([{ state: "in-force", note: "" }]);
    expect([again.peer(SPAMMER), again.peer(OTHER)?.reason]).toEqual([undefined, "spam"]);
  });

  test("that was never good is named, and blocks nobody", async () => {
    const source = join(folder.path, "mine.json");
    const { lists, logged } = open();
    await lists.follow([{ source, keys: [] }]);
    expect(lists.states()).toMatchObject([{ state: "unreadable", note: expect.stringMatching(/ENOENT/) }]);
    await writeFile(source, "x".repeat(MAX_BLOCK_LIST_BYTES + 1));
    await lists.look();
    expect(lists.states()[0]?.note).toMatch(/larger than/);
    expect(lists.isEmpty).toBe(true);
    expect(logged).toHaveLength(2);
  });
});

describe("a list from the network", () => {
  test("counts when a named key signed it, and is kept for a start without network", async () => {
    await using server = await ListServer.start((response) =>
      response.end(listText({ peers: [SPAMMER], signer: KEEPER })),
    );
    const { lists } = open();
    await lists.follow([{ source: server.url, keys }]);
    expect(lists.states()).toMatchObject([{ state: "never-read", note: "not read yet", readAt: 0 }]);
    await lists.look();
    expect(lists.peer(SPAMMER)?.list?.name).toBe("Spam watch");
    expect(lists.states()).toMatchObject([{ state: "in-force", peers: 1, readAt: NOON }]);

    server.answer = (response) => response.destroy();
    const { lists: again, time } = open({ now: NOON + 60 * MINUTE });
    await again.follow([{ source: server.url, keys }]);
    expect(again.peer(SPAMMER)).toBeDefined();
    await again.look();
    expect(again.states()).toMatchObject([
      {
        state: "in-force",
        readAt: NOON,
        note: expect.stringMatching(/could not be reached.*stays in force/),
      },
    ]);
    // Whoever trusts another key now has no word of that one.
    const { lists: third } = open(time);
    await third.follow([{ source: server.url, keys: [peerOf(7)] }]);
    expect(third.isEmpty).toBe(true);
  });

  test("is fetched again after some hours, sooner after a failure, and not in between", async () => {
    await using server = await ListServer.start((response) => response.end("no list"));
    const { lists, time } = open();
    await lists.follow([{ source: server.url, keys }]);
    const askedAfter = async (ms: number) => {
      time.now += ms;
      await lists.look();
      return server.asked;
    };
    expect(await askedAfter(0)).toBe(1);
    expect(await askedAfter(9 * MINUTE)).toBe(1);
    expect(await askedAfter(1 * MINUTE)).toBe(2);
    expect(await askedAfter(19 * MINUTE)).toBe(2);
    server.gives(listText({ signer: KEEPER }));
    expect(await askedAfter(1 * MINUTE)).toBe(3);
    expect(await askedAfter(FETCH_EVERY_MS - 1)).toBe(3);
    expect(await askedAfter(1)).toBe(4);
  });

  test("is not believed with another key's signature, changed, or unsigned", async () => {
    const good = listText({ peers: [SPAMMER], signer: KEEPER });
    await using server = await ListServer.start(() => undefined);
    const { lists, time, changes } = open();
    await lists.follow([{ source: server.url, keys }]);
    for (const text of [
      listText({ peers: [SPAMMER], signer: STRANGER }),
      good.replace(SPAMMER, OTHER),
      listText({ peers: [SPAMMER] }),
    ]) {
      server.gives(text);
      time.now += DAY / 4;
      await lists.look();
      expect(lists.states()).toMatchObject([{ state: "never-read", note: expect.stringMatching(/signed/) }]);
      expect(lists.isEmpty).toBe(true);
    }
    expect(changes).toEqual([]);
    server.gives(good);
    time.now += DAY / 4;
    await lists.look();
    expect(lists.peer(SPAMMER)).toBeDefined();
  });

  test("an old copy does not unblock anybody, and an end that passed does not either", async () => {
    const old = listText({ issued: NOON - 3 * DAY, peers: [], signer: KEEPER });
    const newer = listText({ issued: NOON - DAY, expires: NOON + DAY, peers: [SPAMMER], signer: KEEPER });
    await using server = await ListServer.start((response) => response.end(newer));
    const { lists, time, logged } = open();
    await lists.follow([{ source: server.url, keys }]);
    await lists.look();
    server.gives(old);
    time.now += FETCH_EVERY_MS;
    await lists.look();
    expect(lists.peer(SPAMMER)).toBeDefined();
    expect(lists.states()[0]?.note).toMatch(/before the one in force/);
    // Nor after a restart, where what was kept is all that is known.
    const { lists: again } = open(time);
    await again.follow([{ source: server.url, keys }]);
    await again.look();
    expect(again.peer(SPAMMER)).toBeDefined();
    expect(server.asked).toBe(3);

    time.now = NOON + 2 * DAY;
    server.gives(newer);
    await again.look();
    expect(again.states()).toMatchObject([
      { state: "expired", note: expect.stringMatching(/stays in force/) },
    ]);
    expect(again.peer(SPAMMER)).toBeDefined();
    server.gives(listText({ issued: NOON + DAY, peers: [OTHER], signer: KEEPER }));
    time.now += DAY;
    await again.look();
    expect([again.peer(SPAMMER), again.peer(OTHER)?.reason]).toEqual([undefined, "spam"]);
    expect(logged.some((line) => line.includes("could not be read anew"))).toBe(true);
  });

  test("too much, too slow, elsewhere, packed, or no success: each is named and ends", {
    timeout: 30_000,
  }, async () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const dripping = new Set<NodeJS.Timeout>();
    await using server = await ListServer.start(() => undefined);
    const answers: [ListServer["answer"], RegExp][] = [
      [
        (response) => response.writeHead(200, { "content-length": MAX_BLOCK_LIST_BYTES + 1 }).write("x"),
        /larger/,
      ],
      [
        (response) => {
          // Without a length, for ever.
          const more = () => {
            while (!response.destroyed && response.write(chunk));
          };
          response.on("drain", more);
          more();
        },
        /larger than the 2097152 bytes/,
      ],
      [
        (response) => {
          response.writeHead(200);
          const timer = setInterval(() => response.write("x"), 50);
          dripping.add(timer);
        },
        /did not give the whole list in 1\.5 s/,
      ],
      [(response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), /sends elsewhere/],
      [(response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"), /packed/],
      [(response) => response.writeHead(404).end(), /status 404/],
    ];
    for (const [answer, why] of answers) {
      server.answer = answer;
      await expect(
        fetchList(server.url, new AbortController().signal, { timeoutMs: 1_500 }),
        String(why),
      ).rejects.toThrow(why);
    }
    for (const timer of dripping) clearInterval(timer);
  });

  test("no machine of the user's own network is asked, but this one where it is named", async () => {
    const { signal } = new AbortController();
    for (const host of [
      "10.0.0.1",
      "192.168.1.1",
      "169.254.169.254",
      "[fd00::1]",
      "[::ffff:10.0.0.1]",
      "0.0.0.0",
    ])
      await expect(fetchList(`http://${host}/list.json`, signal)).rejects.toThrow(
        /this machine's own network/,
      );
    await using server = await ListServer.start((response) => response.end("here"));
    expect(await fetchList(server.url, signal)).toBe("here");
    expect(await fetchList(server.url.replace("127.0.0.1", "localhost"), signal)).toBe("here");
  });
});

test("one silent server keeps no other list waiting, and stopping ends the wait", {
  timeout: 30_000,
}, async () => {
  await using silent = await ListServer.start(() => undefined);
  await using good = await ListServer.start((response) =>
    response.end(listText({ peers: [SPAMMER], signer: KEEPER })),
  );
  const { lists } = open();
  await lists.follow([silent, good].map(({ url }) => ({ source: url, keys })));
  await lists.look();
  expect(lists.states().map(({ state }) => state)).toEqual(["never-read", "in-force"]);

  const { lists: stopped } = open();
  await stopped.follow([{ source: silent.url, keys }]);
  const looking = stopped.look();
  await stopped.stop();
  await looking;
  expect(stopped.isEmpty).toBe(true);
});

test("what is not followed any more is forgotten, on disk too", async () => {
  const [one, two] = [join(folder.path, "one.json"), join(folder.path, "two.json")];
  await writeFile(one, listText({ peers: [SPAMMER] }));
  await writeFile(two, listText({ peers: [OTHER] }));
  const { lists, changes } = open();
  await lists.follow([one, two].map((source) => ({ source, keys: [] })));
  expect(await readdir(cacheFolder())).toHaveLength(2);
  expect([...lists.listed("peers")]).toEqual([SPAMMER, OTHER]);
  await lists.follow([{ source: two, keys: [] }]);
  expect([...lists.listed("peers")]).toEqual([OTHER]);
  expect(await readdir(cacheFolder())).toHaveLength(1);
  await lists.follow([]);
  expect(lists.isEmpty).toBe(true);
  expect(changes).toHaveLength(3);
});
