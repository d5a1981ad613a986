import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { TestBrowser, ThreePeers } from "./harness.ts";

/** What the page's own scripts do for a call, as text for the browser. */
const ASKS = `(path, init = {}) => fetch(path, {
  ...init, headers: { "x-collective-csrf": localStorage.getItem("collective-csrf") ?? "", ...init.headers },
})`;

/** Another server of this machine, whose pages are same-site with the dashboard: cookies know no ports. */
async function neighbour(body: string) {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html>${body}`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const isLive = (page: Page) => page.getByText("live", { exact: true }).waitFor();
const statusOf = (page: Page) => page.evaluate(`(${ASKS})("/api/v1/status").then((answer) => answer.status)`);

describe("a browser at the dashboard", () => {
  let peers: ThreePeers;
  let browser: TestBrowser;
  const opened = new AsyncDisposableStack();
  beforeAll(async () => {
    peers = opened.use(await ThreePeers.start());
    browser = opened.use(await TestBrowser.launch());
  });
  afterAll(() => opened.disposeAsync());

  it("is logged in by a link, stays so, and leaves no code in the address", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine);
    await isLive(page);
    expect(page.url()).not.toContain("login");
    await page.reload();
    await isLive(page);
    expect(await statusOf(page)).toBe(200);
    expect(await page.evaluate("document.cookie"), "scripts cannot read it").toBe("");
    expect(person.faults).toEqual([]);
  });

  it("is not logged in by a link that somebody else used", async () => {
    const { url } = await peers.mine.client.openDashboard();
    await using first = await browser.person();
    await (await first.tab(new URL(url).origin)).goto(url);
    await until(async () => (await first.context.cookies()).length === 1, { what: "the log-in" });
    await using second = await browser.person();
    const page = await second.tab(new URL(url).origin);
    await page.goto(url);
    await page.getByText("collective open").first().waitFor();
    expect(await second.context.cookies()).toEqual([]);
    expect(await statusOf(page)).toBe(401);
  });

  it("logs out in all its tabs", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine);
    const other = await person.tab(new URL(page.url()).origin);
    await other.goto(page.url());
    await isLive(other);
    const csrf = await other.evaluate(`localStorage.getItem("collective-csrf")`);
    await page.getByRole("button", { name: "Log out" }).click();
    await until(async () => (await person.context.cookies()).length === 0, { what: "the cookie to go" });
    const answer = await other.evaluate(
      `fetch("/api/v1/status", { headers: { "x-collective-csrf": ${JSON.stringify(csrf)} } }).then((a) => a.status)`,
    );
    expect(answer).toBe(401);
  });

  it("may have the pages of two peers open", async () => {
    await using person = await browser.person();
    const mine = await person.open(peers.mine);
    const friends = await person.open(peers.friend);
    for (const page of [mine, friends]) {
      await page.reload();
      await isLive(page);
    }
    const ids = await Promise.all(
      [mine, friends].map((page) =>
        page.evaluate(
          `(${ASKS})("/api/v1/identity").then((answer) => answer.json()).then((me) => me.peerId)`,
        ),
      ),
    );
    expect(ids).toEqual([peers.mine.started.peerId, peers.friend.started.peerId]);
  });

  it("hears of what happens while it happens", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine);
    const heard = page.evaluate(`(async () => {
      const { body } = await (${ASKS})("/api/v1/events");
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      globalThis.listening = true;
      while (!text.includes('"type":"run-ended"')) {
        const { done, value } = await reader.read();
        if (done) return "the stream ended";
        text += value;
      }
      await reader.cancel();
      return text.split("\\n\\n").filter((block) => block.startsWith("data: "))
        .map((block) => JSON.parse(block.slice(6)).type).filter((type) => type.startsWith("run-"));
    })()`);
    await until(() => page.evaluate("globalThis.listening === true"), { what: "the page to listen" });
    await peers.mine.client.run(addingAction(1).name, { x: 1 });
    expect(await heard).toEqual(["run-started", "run-ended"]);
  });

  it("does nothing for the pages of another server on this machine, though it sends them its cookie", async () => {
    await using person = await browser.person();
    const dashboard = await person.open(peers.mine);
    const { origin } = new URL(dashboard.url());
    await using attacker = await neighbour(`<iframe src="${origin}/"></iframe>`);
    const page = await person.context.newPage();
    // Below the browser's own refusals, which keep from pages and from tests what came back.
    const network = await person.context.newCDPSession(page);
    const methods = new Map<string, string>();
    const cookies = new Map<string, boolean>();
    const statuses = new Map<string, number>();
    network.on("Network.requestWillBeSent", ({ requestId, request: { url, method } }) => {
      if (url.startsWith(origin)) methods.set(requestId, method);
    });
    network.on("Network.requestWillBeSentExtraInfo", ({ requestId, headers }) =>
      cookies.set(requestId, (headers.Cookie ?? headers.cookie) !== undefined),
    );
    network.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) =>
      statuses.set(requestId, statusCode),
    );
    await network.send("Network.enable");
    await page.goto(attacker.url);
    const trust = { peer: peers.stranger.started.peerId, level: 2 };
    const outcomes = await page.evaluate(`Promise.all([
      fetch("${origin}/api/v1/status", { credentials: "include" }),
      fetch("${origin}/api/v1/status", { credentials: "include", mode: "no-cors" }),
      fetch("${origin}/api/v1/status", { credentials: "include", headers: { "x-collective-csrf": "guess" } }),
      fetch("${origin}/api/v1/trust", {
        method: "POST", mode: "no-cors", credentials: "include", body: ${JSON.stringify(JSON.stringify(trust))},
      }),
      fetch("${origin}/session", { method: "DELETE", credentials: "include" }),
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.onload = () => resolve("loaded");
        script.onerror = () => reject(new Error("not loaded"));
        script.src = "${origin}/api/v1/status";
        document.body.append(script);
      }),
    ].map((asked) => asked.then((answer) => answer.type ?? answer, () => "failed")))`);
    expect(outcomes).toEqual(["failed", "failed", "failed", "failed", "failed", "failed"]);
    const answered = () =>
      [...methods]
        .map(([id, method]) => ({ method, cookie: cookies.get(id), status: statuses.get(id) }))
        .filter(({ status }) => status !== undefined);
    const posted = { method: "POST", cookie: true, status: 403 };
    await until(() => answered().some(({ method }) => method === "POST"), { what: "the refusals" });
    expect(answered()).toContainEqual(posted);
    expect(answered().filter(({ status }) => status !== 403)).toEqual([]);
    expect((await peers.mine.client.trust()).statements.map(({ peer }) => peer)).not.toContain(trust.peer);
    expect(await page.frames()[1]?.evaluate("document.body?.innerText ?? ''")).not.toContain(
      "Action Collective",
    );
    expect(await statusOf(dashboard), "and is still logged in").toBe(200);
  });

  it("runs nothing that is not the build's, and sends nothing elsewhere", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine);
    await using elsewhere = await neighbour("elsewhere");
    const results = await page.evaluate(`(async () => {
      const violations = [];
      document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
      const tried = (work) => { try { work(); return "done"; } catch (error) { return error.name; } };
      const markup = tried(() => { document.createElement("div").innerHTML = "<img src=x onerror=globalThis.ran=1>"; });
      // Not in the tester's own task: that one may.
      await new Promise((resolve) => setTimeout(resolve));
      const evaluated = tried(() => eval("globalThis.ran = 1"));
      const inline = tried(() => {
        const script = document.createElement("script");
        script.textContent = "globalThis.ran = 1";
        document.body.append(script);
      });
      const button = document.createElement("button");
      button.setAttribute("style", "color: red");
      const handler = tried(() => { button.setAttribute("onclick", "globalThis.ran = 1"); });
      document.body.append(button);
      button.click();
      const sent = await fetch("${elsewhere.url}", { mode: "no-cors" }).then(() => "sent", () => "blocked");
      const image = await new Promise((resolve) => {
        const one = new Image();
        one.onload = () => resolve("loaded");
        one.onerror = () => resolve("blocked");
        one.src = "${elsewhere.url}";
      });
      return { markup, evaluated, inline, handler, sent, image, ran: globalThis.ran ?? "nothing",
        violations: [...new Set(violations)].sort() };
    })()`);
    expect(results).toMatchObject({
      ...{ markup: "TypeError", evaluated: "EvalError", sent: "blocked", image: "blocked", ran: "nothing" },
      violations: expect.arrayContaining(["connect-src", "img-src", "require-trusted-types-for"]),
    });
  });

  it("is logged in by a link that is pasted into an open tab, and takes the code out of the address", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine, "/runs");
    const before = await page.evaluate(`localStorage.getItem("collective-csrf")`);
    const { url } = await peers.mine.client.openDashboard();
    await page.goto(url);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await isLive(page);
    expect(page.url()).not.toContain("login");
    expect(await page.evaluate(`localStorage.getItem("collective-csrf")`)).not.toBe(before);
    expect(await statusOf(page)).toBe(200);
  });

  it("logs in all tabs that were logged out when one is logged in", async () => {
    await using person = await browser.person();
    const page = await person.open(peers.mine);
    const { origin } = new URL(page.url());
    const other = await person.tab(origin);
    await other.goto(origin);
    await isLive(other);
    await page.getByRole("button", { name: "Log out" }).click();
    await other.getByRole("heading", { name: "You are not logged in" }).waitFor();
    await person.open(peers.mine);
    await isLive(other);
    expect(await statusOf(other)).toBe(200);
  });

  it("says so when the peer stops, and how to come back; a fresh link leads back in the same tab", async () => {
    await using person = await browser.person();
    const { home } = peers.stranger;
    const page = await person.open(peers.stranger);
    await isLive(page);
    const port = new URL(page.url()).port;
    expect(await peers.stranger.stop()).toBe(0);
    const trouble = page.getByRole("status").filter({ hasText: "The peer does not answer" });
    await trouble.getByText("collective start").waitFor();
    await trouble.getByText("collective open").waitFor();
    expect(await page.getByRole("heading", { name: "Overview" }).count(), "what was there stays").toBe(1);

    await using again = await PeerProcess.start({ home, env: { COLLECTIVE_DASHBOARD_PORT: port } });
    const { url } = await again.client.openDashboard();
    await page.getByRole("heading", { name: "You are not logged in" }).waitFor();
    await page.goto(url);
    await isLive(page);
    expect(await trouble.count()).toBe(0);
  });
});
