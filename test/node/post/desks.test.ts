import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ALL_PRIVILEGES, DESK_IDLE_MS } from "@action-collective/protocol";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bearersOf } from "../../../node/src/capabilities/bearers.ts";
import { PostUnreadableError } from "../../../node/src/post/errors.ts";
import {
  DESK_CUT_OFF_MS,
  DESK_SWEEP_MS,
  MOST_DESKS,
  MOST_DESKS_OF_HOLDER,
  MOST_DESKS_OF_HOLDERS,
} from "../../../node/src/post/limits.ts";
import { PostFile } from "../../../node/src/post/post-database.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { spaceAt, TestPosts, USER } from "./post-fixture.ts";

const signal = new AbortController().signal;
const none = { frames: [], waitMs: 0 };

afterEach(() => vi.useRealTimers());

describe("a desk", () => {
  it("is closed when nobody asks of it for a minute, sooner when a waiting call was cut off, not while one waits", async () => {
    await using stack = new AsyncDisposableStack();
    vi.useFakeTimers({
      toFake: ["setInterval", "setTimeout", "clearTimeout", "clearInterval", "performance"],
    });
    const { post } = await new TestPosts(stack).start(1);
    const [idle, cut, waits] = [post.openDesk(USER), post.openDesk(USER), post.openDesk(USER)];
    const isOpen = async (desk: string) =>
      await post.frames(desk, USER, none, signal).then(
        () => true,
        (error: { code: string }) => error.code,
      );
    const caller = new AbortController();
    const long = { frames: [], waitMs: 25_000 };
    const cutOff = post.frames(cut, USER, long, caller.signal);
    caller.abort();
    expect(await cutOff).toEqual([]);
    await vi.advanceTimersByTimeAsync(DESK_CUT_OFF_MS + DESK_SWEEP_MS);
    expect(await isOpen(cut)).toBe("no-such-desk");
    for (let waited = 0; waited < DESK_IDLE_MS; waited += 25_000) {
      const waiting = post.frames(waits, USER, long, signal);
      await vi.advanceTimersByTimeAsync(25_000);
      expect(await waiting).toEqual([]);
    }
    expect(await isOpen(idle)).toBe("no-such-desk");
    expect(await isOpen(waits)).toBe(true);
  });

  it("is one of few", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, capabilities } = await new TestPosts(stack).start(1);
    const { token } = capabilities.mint({ agent: "ann", privileges: ALL_PRIVILEGES });
    const holder = bearersOf(capabilities).open(token);
    for (let count = 0; count < MOST_DESKS_OF_HOLDER; count++) post.openDesk(holder);
    expect(() => post.openDesk(holder)).toThrow("connected already");
    for (let count = MOST_DESKS_OF_HOLDER; count < MOST_DESKS_OF_HOLDERS; count++) {
      const { token: another } = capabilities.mint({ agent: "ann", privileges: ALL_PRIVILEGES });
      post.openDesk(bearersOf(capabilities).open(another));
    }
    const { token: last } = capabilities.mint({ agent: "ann", privileges: ALL_PRIVILEGES });
    expect(() => post.openDesk(bearersOf(capabilities).open(last))).toThrow("connected already");
    for (let count = MOST_DESKS_OF_HOLDERS; count < MOST_DESKS; count++) post.openDesk(USER);
    expect(() => post.openDesk(USER)).toThrow("connected already");
  });

  it("that was opened with a capability lets nobody in who may more", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, self, capabilities } = await new TestPosts(stack).start(1);
    const bearers = bearersOf(capabilities);
    const narrow = { ...ALL_PRIVILEGES, expose: false, talkTo: [] };
    const { token } = capabilities.mint({ agent: "lead", privileges: narrow });
    const other = capabilities.mint({ agent: "other", privileges: ALL_PRIVILEGES });
    const space = spaceAt(stack, post, bearers.open(token));
    await spaceAt(stack, post).join("bob");
    expect(await space.join("other", () => [], { capability: other.token })).toMatchObject({
      code: "capability-refused",
    });
    expect(await space.join("ann", () => [], { expose: true })).toMatchObject({ code: "capability-refused" });
    expect(await space.join("ann")).toMatchObject({ code: "capability-refused" });
    await space.join("lead");
    expect(await space.send("lead", `bob@${self}`, "chat", "")).toMatchObject({ code: "capability-refused" });
  });

  it("is nobody's but its opener's, also among those with equal privileges", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, capabilities } = await new TestPosts(stack).start(1);
    const [ann, bob] = ["ann", "ann"].map((agent) =>
      bearersOf(capabilities).open(capabilities.mint({ agent, privileges: ALL_PRIVILEGES }).token),
    );
    if (ann === undefined || bob === undefined) throw new Error("two were made");
    const desk = post.openDesk(ann);
    for (const other of [bob, USER]) {
      await expect(post.frames(desk, other, none, signal)).rejects.toMatchObject({ code: "no-such-desk" });
      expect(() => post.closeDesk(desk, other)).toThrow("not connected");
    }
    expect(await post.frames(desk, ann, none, signal)).toEqual([]);
  });

  it("loses an agent whose capability is ended", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, self, capabilities } = await new TestPosts(stack).start(1);
    const [one, two] = [spaceAt(stack, post), spaceAt(stack, post)];
    const { token } = capabilities.mint({ agent: "bob", privileges: ALL_PRIVILEGES });
    await one.join("ann");
    await two.join("bob", () => ["here"], { capability: token, expose: true });
    expect(await one.all("ann", `*@${self}`, "chat")).toEqual(["here"]);
    expect(await one.all("ann", `*@${self}`, "help")).toEqual(["here"]);
    capabilities.revoke("user", { token });
    await until(() => one.inbox.length === 1, { what: "the news" });
    expect(one.inbox[0]).toMatchObject({ intent: "left", content: { address: `bob@${self}` } });
    expect(await one.all("ann", `*@${self}`, "chat")).toEqual([]);
    await expect(one.all("ann", `bob@${self}`, "chat")).rejects.toThrow("no-such-agent");
    expect(await two.send("bob", `ann@${self}`, "chat", "")).toMatchObject({ code: "capability-invalid" });
    expect(await two.join("bob", () => ["again"])).toMatchObject({ kind: "joined" });
    expect(await one.all("ann", `bob@${self}`, "chat")).toEqual(["again"]);
  });

  it("ends what an agent asked and was asked when its capability is ended", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, self, capabilities } = await new TestPosts(stack).start(1);
    const [one, two] = [spaceAt(stack, post), spaceAt(stack, post)];
    const { token } = capabilities.mint({ agent: "bob", privileges: ALL_PRIVILEGES });
    const silent = async function* () {
      await new Promise(() => undefined);
      yield "never";
    };
    await one.join("ann", silent);
    await two.join("bob", silent, { capability: token });
    const [asked, asks] = [
      one.ask("ann", `bob@${self}`, "chat", "").next(),
      two.ask("bob", `ann@${self}`, "chat", "").next(),
    ];
    await until(() => one.questions === 1 && two.questions === 1, { what: "both questions" });
    capabilities.revoke("user", { token });
    await expect(asked).rejects.toThrow("agent-left");
    await expect(asks).rejects.toThrow("not-at-this-desk");
    await until(() => one.cancelled === 1, { what: "the producer to be told" });
  });

  it("gives what was kept for a name to nobody who was not given that name by the same user", async () => {
    await using stack = new AsyncDisposableStack();
    const { post, self, capabilities } = await new TestPosts(stack).start(1);
    const open = (agent: string) =>
      spaceAt(
        stack,
        post,
        bearersOf(capabilities).open(capabilities.mint({ agent, privileges: ALL_PRIVILEGES }).token),
      );
    const own = spaceAt(stack, post);
    await own.join("ann");
    await own.join("bob", () => [], { expose: true });
    await own.leave("bob");
    expect(await own.send("ann", `bob@${self}`, "chat", "for the user's")).toMatchObject({ status: "kept" });
    expect(await open("bob").join("bob", () => [], { expose: true })).toMatchObject({ code: "name-taken" });

    const first = open("cleo");
    await first.join("cleo", () => [], { expose: true });
    await first.leave("cleo");
    expect(await own.send("ann", `cleo@${self}`, "chat", "for cleo")).toMatchObject({ status: "kept" });
    await own.join("cleo", () => [], { expose: true });
    await own.join("bob", () => [], { expose: true });
    await until(() => own.inbox.length > 0, { what: "what was kept" });
    expect(own.inbox.map(({ content }) => content)).toEqual(["for the user's"]);
  });
});

describe("the file of the post", () => {
  it("holds what was kept when its process is killed at once", async () => {
    await using stack = new AsyncDisposableStack();
    const home = stack.use(await temporaryFolder()).path;
    const module = (name: string) =>
      JSON.stringify(new URL(`../../../node/src/post/${name}.ts`, import.meta.url));
    const keeps = `
      const { PostFile } = await import(${module("post-database")});
      const { Mailboxes } = await import(${module("mailboxes")});
      const file = await PostFile.open(${JSON.stringify(join(home, "post.sqlite"))});
      const mailboxes = new Mailboxes(file.database, Date.now);
      mailboxes.here("bob", "");
      const message = { id: "m", from: "ann", to: "bob", intent: "chat", content: "kept", timestamp: 0 };
      if (mailboxes.keep("bob", { peer: "ann's", isNewcomer: true }, message)) process.kill(process.pid, "SIGKILL");
    `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", keeps], { stdio: "ignore" });
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
    const space = spaceAt(stack, (await new TestPosts(stack).start(1, home)).post);
    await space.join("bob", () => [], { expose: true });
    await until(() => space.inbox.length === 1, { what: "what was kept" });
    expect(space.inbox[0]?.content).toBe("kept");
  });

  it("is refused, and left as it is, when it is damaged or of a newer version", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "post.sqlite");
    await writeFile(path, "damaged ".repeat(64));
    await expect(PostFile.open(path)).rejects.toThrow(PostUnreadableError);
    expect(await readFile(path, "utf8")).toBe("damaged ".repeat(64));
    await rm(path);
    const file = await PostFile.open(path);
    file.database.exec("PRAGMA user_version = 99");
    await file.stop();
    await expect(PostFile.open(path)).rejects.toThrow("it has format 99");
  });
});
