import { once } from "node:events";
import { connect } from "node:net";
import { Space } from "action-collective/agents";
import {
  HUMAN_PROTOCOL,
  humanFrom,
  type ServerFrame,
  TOKEN_PROTOCOL,
  WebSocketHuman,
  type WebSocketHumanOptions,
} from "action-collective/agents/websocket";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket, { type ClientOptions } from "ws";
import { localhostCertificate } from "../../helpers/localhost-certificate.ts";
import { until } from "../../helpers/until.ts";

let space: Space;
const tabs: Tab[] = [];
beforeEach(() => {
  space = new Space();
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.socket.terminate();
  await space.close();
});

/** A window of the person's, which keeps what it was sent. */
class Tab {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  closed: number | undefined;
  refusal: string | undefined;

  constructor(url: string, protocols: readonly string[], options: ClientOptions = {}) {
    this.socket = new WebSocket(url, [...protocols], options);
    this.socket.on("message", (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on("close", (code) => {
      this.closed = code;
    });
    this.socket.on("error", (error) => {
      this.refusal = error.message;
    });
    tabs.push(this);
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  sees<Kind extends ServerFrame["kind"]>(kind: Kind, at = 0) {
    const find = () =>
      this.frames.filter((frame): frame is Extract<ServerFrame, { kind: Kind }> => frame.kind === kind)[at];
    return until(find, { what: `${kind} ${at}` });
  }
}

async function ann(options: WebSocketHumanOptions = {}) {
  const person = new WebSocketHuman("ann", options);
  await space.add(person);
  const url = person.url ?? "";
  const withToken = [HUMAN_PROTOCOL, `${TOKEN_PROTOCOL}${person.token}`];
  return { person, url, open: (opts?: ClientOptions) => new Tab(url, withToken, opts) };
}

const ask = (content: string) => space.place.request("ann", "query", content, { timeoutMs: 20_000 });

describe("a person in windows", () => {
  test("all show each question, the first answer counts, and the others are told", async () => {
    const { open } = await ann();
    const [one, other] = [open(), open()];
    expect(await one.sees("welcome")).toEqual({ kind: "welcome", person: "ann", questions: [], notices: [] });
    expect(one.socket.protocol).toBe(HUMAN_PROTOCOL);
    await other.sees("welcome");
    const answer = ask("which\u202e?");
    const { question } = await one.sees("question");
    expect(question).toMatchObject({ kind: "query", from: "board", text: "which\\u{202e}?" });
    expect((await other.sees("question")).question).toEqual(question);
    one.say({ kind: "answer", id: question.id, text: "this" });
    expect(await answer).toBe("this");
    expect(await other.sees("closed")).toEqual({ kind: "closed", id: question.id, ending: "answered" });
    other.say({ kind: "answer", id: question.id, text: "that" });
    expect(await other.sees("refused")).toEqual({ kind: "refused", why: "unknown", id: question.id });
  });

  test("a window that comes later sees what is open, and no more what was withdrawn", async () => {
    const { person, open } = await ann();
    const stop = new AbortController();
    const first = person.confirm("first?", { signal: stop.signal });
    const second = person.confirm("second?");
    await space.place.send("ann", "inform", "done").receipt;
    const tab = open();
    const { questions, notices } = await tab.sees("welcome");
    expect(questions.map(({ text }) => text)).toEqual(["first?", "second?"]);
    expect(notices.map(({ text }) => text)).toEqual(["done"]);
    stop.abort(new Error("enough"));
    await expect(first).rejects.toThrow();
    expect(await tab.sees("closed")).toMatchObject({ id: questions[0]?.id, ending: "withdrawn" });
    tab.socket.close();
    const again = open();
    const welcome = await again.sees("welcome");
    expect(welcome.questions.map(({ text }) => text)).toEqual(["second?"]);
    again.say({ kind: "answer", id: welcome.questions[0]?.id, text: "yes" });
    expect(await second).toBe(true);
  });

  test("closing ends the windows soon, and fails what is open", async () => {
    const { person, open, url } = await ann();
    const tab = open();
    await tab.sees("welcome");
    // It neither says anything nor goes away by itself.
    const mute = connect(Number(new URL(url).port), "127.0.0.1");
    await once(mute, "connect");
    const failure = person.confirm("ever?").catch((error: unknown) => error);
    await tab.sees("question");
    await space.remove("ann");
    expect(await failure).toMatchObject({ code: "person-gone" });
    expect(await until(() => tab.closed, { what: "the end" })).toBe(1001);
    if (!mute.destroyed) await once(mute, "close");
    const late = open();
    expect(await until(() => late.refusal, { what: "a refusal" })).toContain("ECONNREFUSED");
  });
});

describe("who may not come in", () => {
  test.each<[string, ClientOptions, string]>([
    ["a page of another origin", { origin: "http://evil.test" }, "403"],
    ["a page without an origin", { origin: "null" }, "403"],
    ["a page under another name", { headers: { host: "evil.test:80" } }, "403"],
  ])("%s", async (_, options, status) => {
    const { open } = await ann({ origins: ["http://localhost:5173"] });
    const tab = open(options);
    expect(await until(() => tab.refusal, { what: "a refusal" })).toContain(status);
    const ours = open({ origin: "http://localhost:5173" });
    await ours.sees("welcome");
  });

  test("a wrong token, in either way, or one in the address", async () => {
    const { url, person } = await ann();
    const wrong = new Tab(url, [HUMAN_PROTOCOL, `${TOKEN_PROTOCOL}${"x".repeat(43)}`]);
    expect(await until(() => wrong.refusal, { what: "a refusal" })).toContain("401");
    const inUrl = new Tab(`${url}?token=${person.token}`, [HUMAN_PROTOCOL]);
    expect(await until(() => inUrl.refusal, { what: "a refusal" })).toContain("404");
    for (const first of [
      { kind: "hello", token: "wrong" },
      { kind: "answer", id: "1", text: "x" },
      "{",
      "[]",
    ]) {
      const tab = new Tab(url, [HUMAN_PROTOCOL]);
      await once(tab.socket, "open");
      tab.say(first);
      expect(await until(() => tab.closed, { what: "the end" })).toBe(4401);
      expect(tab.frames).toEqual([]);
    }
    const right = new Tab(url, [HUMAN_PROTOCOL]);
    await once(right.socket, "open");
    right.say({ kind: "hello", token: person.token });
    await right.sees("welcome");
  });

  test("one that never says who it is, and one that does not answer pings", async () => {
    const { url, open } = await ann({ helloMs: 50, pingMs: 30 });
    const silent = new Tab(url, [HUMAN_PROTOCOL]);
    expect(await until(() => silent.closed, { what: "the end" })).toBe(4401);
    const dead = open({ autoPong: false });
    const living = open();
    expect(await until(() => dead.closed, { what: "the end" })).toBe(1006);
    expect((await living.sees("welcome")).person).toBe("ann");
    expect(living.closed).toBeUndefined();
  });

  test("one that sends too much, or what is no frame", async () => {
    const { open } = await ann();
    const large = open();
    await large.sees("welcome");
    large.say({ kind: "answer", id: "1", text: "x".repeat(100_000) });
    expect(await until(() => large.closed, { what: "the end" })).toBe(1009);
    const loop = open();
    await loop.sees("welcome");
    for (let sent = 0; sent < 33; sent += 1) loop.say({ kind: "answer", id: 1 });
    expect(await until(() => loop.closed, { what: "the end" })).toBe(1008);
    expect(loop.frames.filter(({ kind }) => kind === "refused")).toHaveLength(32);
  });

  test("more windows than anybody looks at", async () => {
    const { open, url, person } = await ann();
    const many = Array.from({ length: 16 }, () => open());
    await Promise.all(many.map((tab) => tab.sees("welcome")));
    const last = open();
    expect(await until(() => last.refusal, { what: "a refusal" })).toContain("503");
    const later = new Tab(url, [HUMAN_PROTOCOL]);
    await once(later.socket, "open");
    later.say({ kind: "hello", token: person.token });
    expect(await until(() => later.closed, { what: "the end" })).toBe(1013);
    expect(later.frames).toEqual([]);
  });

  test("a crowd without a token, which takes no room from the person", async () => {
    const { open, url } = await ann();
    const crowd = Array.from({ length: 8 }, () => new Tab(url, [HUMAN_PROTOCOL]));
    await Promise.all(crowd.map(({ socket }) => once(socket, "open")));
    const another = new Tab(url, [HUMAN_PROTOCOL]);
    expect(await until(() => another.refusal, { what: "a refusal" })).toContain("503");
    const ours = Array.from({ length: 16 }, () => open());
    for (const tab of ours) expect((await tab.sees("welcome")).person).toBe("ann");
  });

  test("a connection that asks for nothing, or never comes to an end", async () => {
    const { url } = await ann({ helloMs: 50 });
    for (const said of ["", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1").resume();
      socket.write(said);
      await once(socket, "close");
      expect(socket.destroyed).toBe(true);
    }
  });

  test("a window that does not read, while the others are told everything", async () => {
    const { open } = await ann();
    const [slow, quick] = [open(), open()];
    await Promise.all([slow.sees("welcome"), quick.sees("welcome")]);
    slow.socket.pause();
    // What the system buffers by itself, and then what the server lets wait.
    for (let n = 1; n <= 400; n++) {
      await space.place.send("ann", "inform", "ü".repeat(20_000)).receipt;
      if (n % 50 === 0) await until(() => quick.frames.length > n, { what: `${n} notices` });
    }
    slow.socket.resume();
    expect(await until(() => slow.closed, { what: "the end" })).toBe(1006);
    expect(slow.frames.length).toBeLessThan(quick.frames.length);
    expect(quick.closed).toBeUndefined();
  });
});

describe("where it listens", () => {
  test("beyond this machine only with TLS", async () => {
    const open = new WebSocketHuman("ann", { host: "0.0.0.0" });
    await expect(open.open()).rejects.toMatchObject({ code: "human-settings" });
    await using secure = new WebSocketHuman("ann", { host: "127.0.0.1", tls: localhostCertificate });
    await secure.open();
    expect(secure.url).toMatch(/^wss:/);
    const tab = new Tab(secure.url ?? "", [HUMAN_PROTOCOL, TOKEN_PROTOCOL + secure.token], {
      ca: localhostCertificate.cert,
    });
    await tab.sees("welcome");
  });

  test("a port that is taken is said", async () => {
    const { url } = await ann();
    const other = new WebSocketHuman("bob", { port: Number(new URL(url).port) });
    await expect(other.open()).rejects.toMatchObject({
      code: "person-unreachable",
      message: expect.stringContaining("EADDRINUSE"),
    });
  });

  test("of a team's file", () => {
    const settings = {
      port: 0,
      tokenVariable: "ANN",
      origins: ["http://localhost:5173"],
      timeoutSeconds: 60,
    };
    expect(humanFrom("ann", settings, { ANN: "a".repeat(22) }).token).toBe("a".repeat(22));
    expect(humanFrom("ann", {}, {}).token).toMatch(/^[\w-]{43}$/);
    expect(() => humanFrom("ann", settings, { ANN: "short" })).toThrow("too short");
    expect(() => humanFrom("ann", { port: 70_000, origins: "x", tokenVariable: 1 }, {})).toThrow(
      /`port`[\s\S]*`tokenVariable`[\s\S]*`origins`/,
    );
  });
});
