import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type {
  ActionDefinitionInput,
  ActionId,
  Privileges,
  PrivilegesWish,
} from "@action-collective/protocol";
import {
  ALL_PRIVILEGES,
  CAPABILITY_PREFIX,
  capabilityId,
  decodeCanonical,
  encodeCanonical,
  MOST_CAPABILITY_CHARACTERS,
  mintCapability,
  narrowCapability,
  narrowPrivileges,
  routes,
} from "@action-collective/protocol";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { ActionClient, ApiError } from "action-collective";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ROUTE_NEEDS } from "../../node/src/capabilities/route-needs.ts";
import { addingAction } from "../helpers/adding-action.ts";
import { until } from "../helpers/until.ts";
import { runningPeer } from "../node/api/running-peer.ts";
import { listen, TOKEN } from "../node/api/sample-api.ts";

/** The user granted no host, so an action that asks for it takes a yes; nothing here ever calls it. */
const HOST = "93.184.215.14:443";
const PATIENCE_MS = 120_000;

/** Adds up as many numbers as it is told to; a great many take for ever. */
const slowAction: ActionDefinitionInput = {
  ...addingAction(0),
  name: "sumUp",
  description: "Sums the numbers below another one.",
  code: "export default ({ x }: { x: number }) => {\n  let sum = 0;\n  for (let i = 0; i < x; i++) sum += i;\n  return sum;\n};\n",
  cases: [1, 2, 3].map((x) => ({ input: { x }, output: (x * (x - 1)) / 2 })),
};
const FOR_EVER = { x: 1e15 };

let peer: Awaited<ReturnType<typeof runningPeer>>;
let url: string;
const ids = { plain: "", other: "", net: "", using: "", slow: "" };
const logged: unknown[] = [];
const tokens: string[] = [];

beforeAll(async () => {
  peer = await runningPeer(77, { logLevel: "debug" }, (...line) => logged.push(line));
  url = (await peer.client.status()).api[0] ?? "";
  const keep = async (action: ActionDefinitionInput) => {
    const { id, kept } = await peer.client.prove(action, { keep: true });
    expect(kept).toBe(true);
    return id;
  };
  ids.plain = await keep(addingAction(1));
  [ids.other, ids.net, ids.slow, ids.using] = await Promise.all([
    keep(addingAction(2)),
    keep({ ...addingAction(3), permissions: { net: [HOST] } }),
    keep(slowAction),
    keep({
      ...addingAction(4),
      code: `export default async ({ x }: { x: number }, { call }) => (await call("${ids.plain}", { x })) + 3;\n`,
      uses: [ids.plain],
    }),
  ]);
}, PATIENCE_MS);
afterAll(() => peer?.[Symbol.asyncDispose]());

const taken = (token: string) => {
  tokens.push(token);
  return token;
};
/** As the user makes one. */
async function board(privileges: Partial<Privileges> = {}): Promise<string> {
  const made = await peer.client.mintCapability({
    agent: "board",
    privileges: { ...ALL_PRIVILEGES, ...privileges },
  });
  return taken(made.token);
}
/** As an agent makes one, without the peer. */
const cut = (token: string, agent: string, privileges: Partial<Privileges> = {}) =>
  taken(
    narrowCapability(token, { agent, privileges: { ...ALL_PRIVILEGES, ...privileges } }, randomBytes(16)),
  );
/** The home has the peer's own token; the capability counts all the same. */
const as = (token: string) => new ActionClient({ url, token });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => {
      if (error instanceof ApiError) return error.code;
      throw error;
    },
  );
/** A host that speaks MCP. */
async function connected(bearer: string) {
  const client = new Client(
    { name: "host", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const headers = { authorization: `Bearer ${bearer}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
  );
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}
const run = (token: string, id: string, options = {}) => codeOf(as(token).run(id, { x: 1 }, options));

test("a capability does not open what is the user's, by any way in", async () => {
  const token = await board();
  const answers = await Promise.all(
    Object.entries(routes).map(async ([name, { method, path }]) => {
      const response = await fetch(url + path.replace("{ref}", "x"), {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(method === "post" ? { body: "{}" } : {}),
      });
      const body = (await response.json()) as { error?: { code: string } };
      return [name, `${response.status} ${body.error?.code}`] as const;
    }),
  );
  const closed = answers.filter(([, said]) => said === "403 capability-refused").map(([name]) => name);
  const users = Object.entries(ROUTE_NEEDS).filter(([, need]) => need === "user");
  expect(users.length).toBeGreaterThan(10);
  expect(closed.sort()).toEqual(users.map(([name]) => name).sort());
  // What is open asks for a body as for anybody.
  expect(Object.fromEntries(answers)).toMatchObject({ search: "400 bad-request", run: "400 bad-request" });
});

test("chains that are forged, cut short, mixed or of another peer open nothing", async () => {
  const narrow: Partial<Privileges> = { actions: [ids.other] };
  const top = await board();
  const token = cut(cut(top, "lead", narrow), "worker", narrow);
  expect([await run(token, ids.other), await run(token, ids.plain)]).toEqual(["done", "capability-refused"]);
  type Raw = [unknown[], Uint8Array];
  const raw = decodeCanonical(Buffer.from(token.slice(CAPABILITY_PREFIX.length), "base64url"), 1e6) as Raw;
  const [links, signature] = raw;
  const written = (value: unknown) =>
    CAPABILITY_PREFIX + Buffer.from(encodeCanonical(value)).toString("base64url");
  expect(await run(written(raw), ids.other)).toBe("done");
  const elsewhere = mintCapability(
    randomBytes(32),
    { agent: "board", privileges: ALL_PRIVILEGES },
    randomBytes(16),
  );
  const forged = [
    written([links.slice(0, 1), signature]),
    written([links.slice(0, 2), signature]),
    written([[links[0], links[2]], signature]),
    written([links.toReversed(), signature]),
    written([[...links, links[0]], signature]),
    written([links, randomBytes(32)]),
    elsewhere,
    cut(elsewhere, "child"),
    `${token}x`,
    token.slice(0, -4),
    CAPABILITY_PREFIX,
    `${CAPABILITY_PREFIX}${"A".repeat(MOST_CAPABILITY_CHARACTERS - CAPABILITY_PREFIX.length)}`,
  ];
  expect(new Set(await Promise.all(forged.map((each) => run(each, ids.other))))).toEqual(
    new Set(["capability-invalid"]),
  );
  // Neither is the peer's token behind the prefix.
  expect(await codeOf(as(CAPABILITY_PREFIX + TOKEN).status())).toBe("capability-invalid");
});

test("who appends more than they have gains nothing", async () => {
  const fenced: PrivilegesWish = {
    ...{ actions: [ids.plain, ids.net], permissions: { net: [], secrets: [] } },
    ...{ approve: false, make: false, publish: false },
  };
  const lead = cut(await board(), "lead", narrowPrivileges(ALL_PRIVILEGES, fenced));
  const broad = cut(lead, "broad", { levels: 8, agents: 1_000 });
  expect([await run(broad, ids.plain), await run(broad, ids.other)]).toEqual(["done", "capability-refused"]);
  expect(await run(broad, ids.net)).toBe("capability-refused");
  expect(await run(broad, ids.plain, { approve: "once" })).toBe("capability-refused");
  expect(await codeOf(as(broad).prove(addingAction(9)))).toBe("capability-refused");
  expect(await codeOf(as(broad).publish(addingAction(9)))).toBe("capability-refused");
  expect(await codeOf(as(broad).verify(ids.other))).toBe("capability-refused");
  expect(await codeOf(as(broad).feedback(ids.other, { useful: false }))).toBe("capability-refused");
  const [view] = (await as(broad).capabilities()).filter(({ agent }) => agent === "broad");
  expect(view?.privileges).toMatchObject({ ...fenced, levels: 6 });
});

test("privileges are a fence within the user's rules, never a way around them", async () => {
  const all = await board();
  expect(await run(all, ids.net)).toBe("approval-needed");
  expect(await run(all, ids.net, { approve: "always" })).toBe("capability-refused");
  const hosts = await board({ permissions: { net: ["example.org"], secrets: "any" } });
  // The words of a search would reach neighbours.
  expect(await codeOf(as(hosts).search("adds one", { ask: true }))).toBe("capability-refused");
  expect(await codeOf(as(all).search("adds one", { ask: true }))).toBe("done");
  expect(await run(hosts, ids.net, { approve: "once" })).toBe("capability-refused");
  const allowed = await as(await board({ permissions: { net: [HOST], secrets: [] } })).run(
    ids.net,
    { x: 1 },
    { approve: "once" },
  );
  expect(allowed).toMatchObject({ output: 4, granted: { net: [HOST] } });
  // The yes was for that run.
  expect(await run(all, ids.net)).toBe("approval-needed");
});

test("nobody makes for others what asks for more than they may have", async () => {
  const maker = await board({ permissions: { net: ["example.org"], secrets: ["KEY"] } });
  const asking = (permissions: ActionDefinitionInput["permissions"]) => ({ ...addingAction(9), permissions });
  for (const more of [asking({ net: [HOST] }), asking({ secrets: ["OTHER"] })]) {
    expect(await codeOf(as(maker).prove(more, { keep: true }))).toBe("capability-refused");
    expect(await codeOf(as(maker).publish(more))).toBe("capability-refused");
  }
  const { kept } = await as(maker).prove(asking({ net: ["example.org:443"] }), { keep: true });
  expect(kept).toBe(true);
});

test("what is revoked before it publishes publishes nothing", async () => {
  const token = await board();
  const action = addingAction(10);
  // It passed already, so only the publishing is left.
  const { id } = await as(token).prove(action);
  const { put } = peer.peer.bundles;
  const spy = vi.spyOn(peer.peer.bundles, "put").mockImplementation(async (...args) => {
    await peer.client.revoke({ token });
    await put.apply(peer.peer.bundles, args);
  });
  expect(await codeOf(as(token).publish(action))).toBe("capability-invalid");
  expect(spy).toHaveBeenCalledOnce();
  spy.mockRestore();
  expect(peer.peer.ownPublications.get(id as ActionId)).toBeUndefined();
});

test("an action that is named may call what it uses, and a run says for whom it was", async () => {
  const token = await board({ actions: [ids.using] });
  const worker = cut(token, "worker", { actions: [ids.using] });
  expect(await run(worker, ids.plain)).toBe("capability-refused");
  const reserved = vi.spyOn(peer.peer.sandbox, "reserve");
  const receipt = await as(worker).run(ids.using, { x: 1 });
  await peer.client.run(ids.using, { x: 1 });
  // The user's own runs go first.
  expect(reserved.mock.calls.map(([, , priority]) => priority)).toEqual(["agent's run", "run"]);
  reserved.mockRestore();
  expect(receipt).toMatchObject({ output: 5, agent: { id: capabilityId(worker), name: "worker" } });
  expect(await peer.client.run(ids.plain, { x: 1 })).not.toHaveProperty("agent");
});

test("a budget of 5 runs is 5 runs, however many agents make them at once", async () => {
  const token = await board({ budget: { calls: 5 } });
  const codes = await Promise.all(
    Array.from({ length: 40 }, (_, i) => run(cut(token, `agent${i}`), ids.plain)),
  );
  expect(codes.filter((code) => code === "done")).toHaveLength(5);
  expect(new Set(codes)).toEqual(new Set(["done", "budget-spent"]));
  expect(await codeOf(as(token).verify(ids.plain))).toBe("budget-spent");
  expect(await codeOf(as(token).prove(addingAction(9)))).toBe("budget-spent");
  expect(await codeOf(as(token).publish(addingAction(9)))).toBe("budget-spent");
  const [view] = (await as(token).capabilities()).filter(({ level }) => level === 0);
  expect(view?.spent).toMatchObject({ calls: 5 });
  expect(view?.spent.milliseconds).toBeGreaterThan(0);
});

test("a call is given back when the action was not called, and a budget of time ends a run that never would", async () => {
  const token = await board({ budget: { calls: 2, milliseconds: 400 } });
  expect(await codeOf(as(token).run(ids.slow, { x: "no number" }))).toBe("input-invalid");
  const cut = await as(token)
    .run(ids.slow, FOR_EVER)
    .catch((error: unknown) => error);
  expect(cut).toMatchObject({ code: "sandbox-limit", remedy: expect.stringContaining("larger budget") });
  // A small budget is not the action's fault: nobody is told that it failed.
  expect(peer.peer.catalogue.usage.counters(ids.slow as ActionId)).toMatchObject({ runs: 0, succeeded: 0 });
  const [view] = await as(token).capabilities();
  expect(view?.spent).toMatchObject({ calls: 1, milliseconds: 400 });
  expect(await run(token, ids.plain)).toBe("budget-spent");
});

test("what a holder tells is counted for all above it, and never beyond what it was given", async () => {
  const top = await board({ budget: { tokens: 100 } });
  const worker = cut(top, "worker", { budget: { tokens: 30, messages: 5 } });
  expect(await as(worker).spend({ tokens: 10, messages: 1 })).toEqual({ tokens: 20, messages: 4 });
  expect(await codeOf(as(worker).spend({ tokens: 1_000_000 }))).toBe("budget-spent");
  expect(await as(top).spend({})).toEqual({ tokens: 70 });
  expect(await peer.client.spend({ tokens: 5 })).toEqual({});
  const backwards = await fetch(`${url}/v1/capabilities/spending`, {
    method: "POST",
    headers: { authorization: `Bearer ${worker}`, "content-type": "application/json" },
    body: '{"tokens":-20}',
  });
  expect(backwards.status).toBe(400);
});

test("what is revoked stops at once, and stays so for it and all below it", async () => {
  const top = await board();
  const lead = cut(top, "lead");
  const worker = cut(lead, "worker");
  const running = codeOf(as(worker).run(ids.slow, FOR_EVER));
  const isSeen = async () =>
    (await peer.client.capabilities()).some(
      ({ id, spent }) => id === capabilityId(worker) && spent.calls === 1,
    );
  await until(isSeen, { what: "the run to begin" });
  for (const token of [worker, lead])
    expect(await codeOf(as(token).revoke({ id: capabilityId(lead) }))).toBe("not-found");
  expect(await codeOf(as(worker).revoke({ token: top }))).toBe("not-found");
  await as(top).revoke({ token: lead });
  expect(await running).toBe("capability-invalid");
  // Nobody runs things for nothing by ending them half-way.
  const [above] = (await as(top).capabilities()).filter(({ level }) => level === 0);
  expect(above?.spent.milliseconds).toBeGreaterThan(0);
  for (const token of [lead, worker, cut(worker, "later")])
    expect(await codeOf(as(token).status())).toBe("capability-invalid");
  expect(await codeOf(as(top).status())).toBe("done");
});

test("agents that keep the API busy do not keep the user out", async () => {
  const token = await board({ budget: { milliseconds: 30_000 } });
  const flood = Array.from({ length: 64 }, () => codeOf(as(token).run(ids.slow, FOR_EVER)));
  // The first has set all the time aside, and the others wait for it.
  const refused = async () => (await codeOf(as(token).status())) === "busy";
  await until(refused, { what: "the agents to have filled their places" });
  expect((await peer.client.status()).peers).toBe(0);
  await peer.client.revoke({ token });
  expect(new Set(await Promise.all(flood))).toEqual(new Set(["busy", "capability-invalid"]));
});

test("MCP with a capability allows no more than the API", async () => {
  const token = cut(await board(), "worker", { actions: [ids.plain], publish: false });
  await using client = await connected(token);
  const names = async (one: Client) => (await one.listTools()).tools.map(({ name }) => name);
  expect(await names(client)).not.toContain("publish_action");
  const call = async (action: string) =>
    JSON.stringify(await client.callTool({ name: "run_action", arguments: { action, input: { x: 1 } } }));
  expect(await call(ids.plain)).toContain('\\"content\\":2');
  expect(await call(ids.other)).toContain("capability-refused");
  const [view] = (await as(token).capabilities()).filter(({ agent }) => agent === "worker");
  expect(view?.spent.calls).toBe(1);
  // Who has the peer's own token is the user still.
  await using user = await connected(TOKEN);
  expect(await names(user)).toContain("publish_action");
  await expect(connected(`${token}x`)).rejects.toThrow();
});

test("agents that wait over MCP leave room for the user's host, and wait no longer than their capability", async () => {
  const token = await board();
  await using agent = await connected(token);
  await using user = await connected(TOKEN);
  const listen = (client: Client) => client.listen({ toolsListChanged: true });
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => listen(agent)));
  const open = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(open).toHaveLength(12);
  await (await listen(user)).close();
  // What one of them gives up another may have.
  await open[0]?.close();
  const next = await until(() => listen(agent), { what: "the place to be free" });
  await peer.client.revoke({ token });
  expect(await Promise.all([...open.slice(1), next].map(({ closed }) => closed))).toHaveLength(12);
});

test("the guard against web pages is the same with a capability", async () => {
  const token = await board();
  const statusOf = (headers: Record<string, string>) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const all = { authorization: `Bearer ${token}`, ...headers };
      const asking = request(
        { host: hostname, port, path: "/v1/status", headers: all, agent: false },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      asking.on("error", reject).end();
    });
  expect(await statusOf({})).toBe(200);
  expect(await statusOf({ host: "evil.example" })).toBe(403);
  expect(await statusOf({ origin: "http://evil.example" })).toBe(403);
  expect(await statusOf({ "sec-fetch-site": "cross-site" })).toBe(403);
});

test("the longest capability that can be made is taken", async () => {
  const hosts = Array.from({ length: 250 }, (_, i) => `host${i}.${"x".repeat(40)}.example.org`);
  let token = await board();
  while (token.length < MOST_CAPABILITY_CHARACTERS - 22_000)
    token = cut(token, "long", { permissions: { net: hosts, secrets: "any" } });
  expect(token.length).toBeGreaterThan(40_000);
  expect(await run(token, ids.plain)).toBe("done");
});

test("a capability counts in place of the token in the peer's home", async () => {
  const home = peer.peer.settings.home;
  const client = new ActionClient({ home, token: await board({ make: false }) });
  expect(await codeOf(client.prove(addingAction(9)))).toBe("capability-refused");
  expect(await codeOf(new ActionClient({ home, token: "" }).status())).toBe("unauthorised");
});

test("no log has a capability in it, not even where a request fails unexpectedly", async () => {
  const status = async () => {
    throw new Error("nobody foresaw this");
  };
  await using failing = await listen({
    capabilities: peer.peer.capabilities,
    handlers: { status },
    log: (...line) => logged.push(line),
  });
  const token = await board();
  expect(await codeOf(new ActionClient({ url: failing.url, token }).status())).toBe("internal");
  const written = JSON.stringify(logged);
  expect(written).toContain("nobody foresaw this");
  expect(tokens.length).toBeGreaterThan(40);
  // The end of a capability is its signature: who has that has all.
  for (const each of tokens) expect(written.includes(each.slice(-40))).toBe(false);
  expect(written).not.toContain(CAPABILITY_PREFIX);
});
