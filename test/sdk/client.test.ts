import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { CollectiveError } from "@action-collective/protocol";
import { ActionClient, ApiError, PeerUnreachableError, peerHome } from "action-collective";
import { afterEach, describe, expect, it, vi } from "vitest";
import { writeApiFile } from "../../node/src/api/api-file.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";
import {
  ID,
  listen,
  MARK,
  OTHER,
  PEER_VIEW,
  POLICY_PREVIEW,
  POLICY_VIEW,
  RUN_VIEW,
  SCORE,
  TOKEN,
  TRUST,
  VERIFICATION,
} from "../node/api/sample-api.ts";

type Options = Parameters<typeof listen>[0];

/** A running API with the `api.json` that leads to it. */
async function peerIn(home: string, options: Options = {}) {
  const server = await listen(options);
  const socket = server.socketPath === undefined ? {} : { socket: server.socketPath };
  await writeApiFile(home, {
    pid: process.pid,
    url: server.url,
    ...socket,
    token: options?.token ?? TOKEN,
    version: "0.1.0",
  });
  return server;
}

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("ActionClient, finding the peer", () => {
  it("says what to do when no peer ever ran there", async () => {
    await using folder = await temporaryFolder();
    const home = join(folder.path, "nowhere");
    const failure = await ActionClient.connect({ home }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PeerUnreachableError);
    expect(failure).toMatchObject({
      code: "peer-unreachable",
      message: expect.stringContaining(`No peer runs at ${home}`),
      remedy: expect.stringContaining("collective start"),
    });
  });

  it("knows that a peer has ended although it left its api.json", async () => {
    await using folder = await temporaryFolder();
    const pid = deadPid();
    await writeApiFile(folder.path, { pid, url: "http://127.0.0.1:9", token: TOKEN, version: "0.1.0" });
    await expect(new ActionClient({ home: folder.path }).status()).rejects.toMatchObject({
      code: "peer-unreachable",
      message: expect.stringContaining(`process ${pid}`),
    });
  });

  it("says so when another process has the number of one that ended", async () => {
    await using folder = await temporaryFolder();
    const server = await peerIn(folder.path);
    await server.close();
    await expect(new ActionClient({ home: folder.path }).status()).rejects.toMatchObject({
      code: "peer-unreachable",
      message: expect.stringContaining("connection refused"),
    });
  });

  it("finds the peer of COLLECTIVE_HOME, and of the home it is given before that", async () => {
    await using one = await temporaryFolder();
    await using two = await temporaryFolder();
    await using _server = await peerIn(one.path);
    vi.stubEnv("COLLECTIVE_HOME", one.path);
    expect((await new ActionClient().status()).actions.known).toBe(12);
    await expect(new ActionClient({ home: two.path }).status()).rejects.toMatchObject({
      code: "peer-unreachable",
    });
    expect(peerHome()).toBe(one.path);
    expect(peerHome("~/x", {})).toMatch(/^\/.*\/x$/);
    expect(peerHome(undefined, {})).toMatch(/\.action-collective$/);
  });

  it("names a damaged api.json", async () => {
    await using folder = await temporaryFolder();
    for (const damaged of ["{", '{"pid":1}']) {
      await writeFile(join(folder.path, "api.json"), damaged);
      await expect(ActionClient.connect({ home: folder.path })).rejects.toMatchObject({
        code: "api-file-damaged",
      });
    }
  });

  it("speaks over the unix socket when given one, with the token of the home it belongs to", async () => {
    await using folder = await temporaryFolder();
    const socket = join(folder.path, "api.sock");
    await using _server = await peerIn(folder.path, { socketPath: socket });
    expect((await new ActionClient({ socket, token: TOKEN }).identity()).network).toBe("main");
    const client = new ActionClient({ socket, home: folder.path });
    expect((await client.run("échø", { a: "ü" })).output).toEqual({ a: "ü" });
    const nobody = new ActionClient({ socket: join(folder.path, "none.sock") });
    await expect(nobody.health()).rejects.toMatchObject({ code: "peer-unreachable" });
  });

  it("takes a url, and does not hand the home's token to another address", async () => {
    await using folder = await temporaryFolder();
    await using server = await peerIn(folder.path);
    await using other = await listen();
    expect(await new ActionClient({ url: `${server.url}/`, home: folder.path }).peers()).toHaveLength(1);
    await expect(new ActionClient({ url: other.url, home: folder.path }).peers()).rejects.toMatchObject({
      code: "unauthorised",
      status: 401,
    });
  });

  it("follows a peer that was restarted", async () => {
    await using folder = await temporaryFolder();
    const first = await peerIn(folder.path);
    const client = await ActionClient.connect({ home: folder.path });
    await client.status();
    await first.close();
    const token = "f".repeat(40);
    await using _second = await peerIn(folder.path, { token });
    expect((await client.status()).network).toBe("main");
    await expect(new ActionClient({ home: folder.path, token: TOKEN }).status()).rejects.toMatchObject({
      code: "unauthorised",
    });
  });
});

describe("ActionClient, asking the peer", () => {
  it("has a method for everything a peer does", async () => {
    await using server = await listen();
    const client = new ActionClient({ url: server.url, token: TOKEN });
    expect(await client.search("x", { limit: 3, verified: true, tags: ["math"] })).toMatchObject([
      { id: ID, summary: "found for x, at most 3" },
    ]);
    expect((await client.show("a/b c")).name).toBe("a/b c");
    expect((await client.source("x")).code).toContain("export default");
    const receipt = await client.run<{ n: number }>("echo", { n: 1 });
    expect(receipt.output.n).toBe(1);
    expect(await client.call<number>("echo", 5)).toBe(5);
    expect((await client.verify("x")).outcome).toBe("pass");
    expect(await client.feedback("x", { useful: true })).toMatchObject({ runs: 3 });
    expect(await client.identity()).toMatchObject({ network: "main" });
    expect(await client.health()).toEqual({ ok: true, ready: true, version: "0.1.0" });
    const published = await client.publish({
      name: "echo",
      description: "Gives back what it was given.",
      input: {},
      output: {},
      licence: "MIT",
      language: "javascript",
      code: "export default (x) => x;",
      cases: [1, 2, 3].map((n) => ({ input: n, output: n })),
    });
    expect(published).toMatchObject({ id: ID, name: "echo", recipients: 2 });
    await client.stop();
  });

  it("explains scores, says whom the user trusts, and changes the rules", async () => {
    const asked: unknown[] = [];
    await using server = await listen({
      handlers: {
        setTrust: async ({ body: { publish, ...said } }) => {
          asked.push([said.peer, said.level, said.reason, publish]);
          return { ...said, since: 1, published: publish };
        },
        setPolicy: async ({ body }) => {
          asked.push(body);
          return { ...POLICY_VIEW, policy: { minScore: 0.5 } };
        },
        withdraw: async ({ ref, body }) => {
          asked.push([ref, body.reason]);
          return { id: ID, name: ref, recipients: 3 };
        },
      },
    });
    const client = new ActionClient({ url: server.url, token: TOKEN });
    expect(await client.score("echo")).toEqual(SCORE);
    expect(await client.trust()).toEqual(TRUST);
    expect(await client.peer(OTHER)).toEqual(PEER_VIEW);
    expect(await client.policy()).toEqual(POLICY_VIEW);
    expect(await client.follow(OTHER)).toMatchObject({ peer: OTHER, level: 1, published: false });
    await client.follow(OTHER, { reason: "we met", publish: true });
    await client.unfollow(OTHER);
    await client.say({ peer: OTHER, level: -2, reason: "lies" });
    expect((await client.changePolicy({ minScore: 0.5, authors: null })).policy).toEqual({ minScore: 0.5 });
    expect(await client.withdraw("echo", { reason: "wrong" })).toEqual({
      id: ID,
      name: "echo",
      recipients: 3,
    });
    await client.withdraw("echo");
    expect(asked).toEqual([
      [OTHER, 1, "", false],
      [OTHER, 1, "we met", true],
      [OTHER, 0, "", false],
      [OTHER, -2, "lies", false],
      { minScore: 0.5, authors: null },
      ["echo", "wrong"],
      ["echo", ""],
    ]);
  });

  it("browses, looks back over runs and shows what stands where, page by page", async () => {
    const asked: unknown[] = [];
    const seeing = <Body>(body: Body) => {
      asked.push(body);
    };
    await using server = await listen({
      handlers: {
        browse: async ({ body }) => {
          seeing(body);
          return { cards: [], next: `0~${ID}` };
        },
        runs: async ({ body }) => {
          seeing(body);
          return { runs: [RUN_VIEW] };
        },
        keep: async ({ body }) => ({ id: ID, keptFor: body.keep ? [body.for] : [] }),
        keepings: async () => ({ lockFiles: [{ file: "/a/collective.lock", actions: [ID] }] }),
        report: async ({ ref }) => ({ report: ref === ID ? VERIFICATION : null }),
      },
    });
    const client = new ActionClient({ url: server.url, token: TOKEN });
    const { signal } = new AbortController();
    expect(await client.browse()).toEqual({ cards: [], next: `0~${ID}` });
    await client.browse({ sort: "name", tags: ["math"], after: `0~${ID}`, signal });
    expect(await client.runs({ failed: true, before: "7", signal })).toEqual({ runs: [RUN_VIEW] });
    expect(asked).toEqual([
      { sort: "newest", limit: 24 },
      { sort: "name", limit: 24, tags: ["math"], after: `0~${ID}` },
      { limit: 50, failed: true, before: "7" },
    ]);
    expect(await client.report(ID)).toMatchObject({ id: ID, outcome: "pass" });
    expect(await client.report("other")).toBeUndefined();
    expect(await client.marks(ID)).toEqual([MARK]);
    expect(await client.versions(ID)).toMatchObject({ id: ID, versions: [] });
    expect(await client.keep(ID, { for: "/a/collective.lock" })).toMatchObject({
      keptFor: ["/a/collective.lock"],
    });
    expect(await client.keep(ID, { for: "/a/collective.lock", keep: false })).toMatchObject({ keptFor: [] });
    expect(await client.keepings()).toEqual([{ file: "/a/collective.lock", actions: [ID] }]);
    expect(await client.graph()).toMatchObject({ unshown: { nodes: 3, edges: 4 } });
    expect(await client.previewPolicy({ tags: ["math"] })).toEqual(POLICY_PREVIEW);
    expect((await client.openDashboard()).url).toContain("#login=");
  });

  it("throws the peer's failures with code, remedy, status and details", async () => {
    const refusal = Object.assign(new CollectiveError("verification-failed", "2 cases fail", "mend them"), {
      details: ["case 1", "case 2"],
    });
    await using server = await listen({ handlers: { run: () => Promise.reject(refusal) } });
    const failure = await new ActionClient({ url: server.url, token: TOKEN })
      .run("x", 1)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toBeInstanceOf(CollectiveError);
    expect(failure).toMatchObject({
      code: "verification-failed",
      message: "2 cases fail",
      remedy: "mend them",
      status: 422,
      details: ["case 1", "case 2"],
    });
  });

  it("stops the peer's work when its caller gives up, and throws the caller's reason", async () => {
    const seen: string[] = [];
    await using server = await listen({
      handlers: {
        run: ({ signal }) =>
          new Promise((_resolve, reject) => {
            seen.push("started");
            signal.addEventListener("abort", () => {
              seen.push("aborted");
              reject(signal.reason);
            });
          }),
      },
    });
    const client = new ActionClient({ url: server.url, token: TOKEN });
    const caller = new AbortController();
    const running = client.run("x", 1, { signal: caller.signal });
    await until(() => seen.length === 1, { what: "the run to start" });
    const reason = new Error("no longer needed");
    caller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await until(() => seen.length === 2, { what: "the run to be aborted" });
    await expect(client.run("x", 1, { signal: caller.signal })).rejects.toBe(reason);
    expect(seen).toEqual(["started", "aborted"]);
  });

  it("does not repeat what may have been done already", async () => {
    let runs = 0;
    await using folder = await temporaryFolder();
    const server = await peerIn(folder.path, {
      handlers: {
        run: async () => {
          runs++;
          await server.close();
          throw new Error("cut");
        },
      },
    });
    await expect(new ActionClient({ home: folder.path }).run("x", 1)).rejects.toMatchObject({
      code: "peer-unreachable",
    });
    expect(runs).toBe(1);
  });

  it("refuses answers that do not fit the contract", async () => {
    let answer: { status: number; text: string } = { status: 200, text: "{}" };
    const foreign = createServer((_incoming, outgoing) => {
      outgoing.writeHead(answer.status, { location: "http://127.0.0.1:9/" }).end(answer.text);
    }).listen(0, "127.0.0.1");
    try {
      await until(() => foreign.listening, { what: "the foreign server" });
      const address = foreign.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const client = new ActionClient({ url: `http://127.0.0.1:${port}`, token: TOKEN });
      for (answer of [
        { status: 200, text: "{}" },
        { status: 200, text: "<html>" },
        { status: 404, text: '{"detail":"nope"}' },
        { status: 200, text: "x".repeat(17_000_000) },
      ])
        await expect(client.identity(), answer.text.slice(0, 20)).rejects.toMatchObject({
          code: "contract-mismatch",
        });
      answer = { status: 307, text: "" };
      await expect(client.identity()).rejects.toMatchObject({ code: "peer-unreachable" });
    } finally {
      foreign.closeAllConnections();
      foreign.close();
    }
  });

  it("says what JSON cannot carry before it sends anything", async () => {
    const client = new ActionClient({ url: "http://127.0.0.1:9", token: TOKEN });
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(client.run("x", circular as never)).rejects.toMatchObject({ code: "bad-request" });
    await expect(client.run("x", 1n as never)).rejects.toMatchObject({ code: "bad-request" });
  });
});

it.each(["", ".", ".."])("%j names no action, and no peer is asked", async (ref) => {
  const nobody = new ActionClient({ url: "http://127.0.0.1:1", token: "0".repeat(64) });
  await expect(nobody.show(ref)).rejects.toMatchObject({ code: "not-found" });
  await expect(nobody.peer(ref)).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining("names no peer"),
  });
});
