import { join } from "node:path";
import {
  createSigner,
  createVerifier,
  decodeLetterFrame,
  encodeLetterFrame,
  type Letter,
  letterDigest,
  openReceipt,
  peerIdOfKey,
  signLetter,
  signReceipt,
} from "@action-collective/protocol";
import { describe, expect, it, vi } from "vitest";
import { Envoy } from "../../../node/src/post/envoy.ts";
import {
  LETTER_COST_BYTES,
  LETTERS_SERVED,
  MOST_EXCHANGES,
  MOST_EXCHANGES_ABROAD,
  MOST_EXCHANGES_WITH_PEER,
  MOST_KEPT,
  MOST_KEPT_FROM_TO,
  MOST_KEPT_PER_AGENT,
  MOST_KEPT_PER_PEER,
  MOST_OUT_PER_PEER,
  MOST_QUEUED_BYTES,
  MOST_SEEN_PER_PEER,
  MOST_SERVED_PER_PEER,
  MOST_WATCHERS_PER_PEER,
  RETRY_LONGEST_MS,
} from "../../../node/src/post/limits.ts";
import { Mailboxes } from "../../../node/src/post/mailboxes.ts";
import { Outbox } from "../../../node/src/post/outbox.ts";
import { OutboxStore } from "../../../node/src/post/outbox-store.ts";
import { PostFile } from "../../../node/src/post/post-database.ts";
import { SeenLetters } from "../../../node/src/post/seen-letters.ts";
import { Watchers } from "../../../node/src/post/watchers.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";
import { spaceAt, streamPair, type TestPost, TestPosts, USER } from "./post-fixture.ts";

const DAY = 24 * 60 * 60 * 1000;
const signal = AbortSignal.timeout(60_000);

const message = { id: "m", from: "ann", to: "bob", intent: "chat", content: "", timestamp: 0 };

async function twoPeers(stack: AsyncDisposableStack) {
  const posts = new TestPosts(stack);
  const [here, there] = [await posts.start(1), await posts.start(2)];
  return { posts, here, there, near: spaceAt(stack, here.post), far: spaceAt(stack, there.post) };
}

/** What a peer of one's own making can send; its key is that of its number. */
function hostile({ self }: TestPost, target: TestPost, number = 1) {
  const signer = createSigner(new Uint8Array(32).fill(number));
  const letter = (id: string, change: Partial<Letter> = {}, to = "bob"): Letter => ({
    ...{ ask: false, sent: Date.now(), expires: Date.now() + DAY, ...change },
    message: {
      ...{ id, from: `eve@${self}`, to: `${to}@${target.self}`, intent: "chat", content: "" },
      timestamp: Date.now(),
    },
  });
  const open = () => {
    const [near, far] = streamPair();
    const served = target.post.serve(far, self).catch((error: unknown) => far.reset(error as Error));
    return { near, served };
  };
  const send = async (bytes: Uint8Array) => {
    const { near, served } = open();
    await near.write(bytes, signal);
    await served;
    return near;
  };
  const receipt = async (bytes: Uint8Array) =>
    openReceipt(await (await send(bytes)).read(signal), {
      ...{ peer: target.self, letter: letterDigest(bytes), network: "test", verifier: createVerifier() },
    });
  return { letter, open, receipt, send, sign: (made: Letter) => signLetter(made, signer, "test") };
}

describe("a peer that means harm", () => {
  it("gets no letter in that is not its own, or not of this time", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, near, far } = await twoPeers(stack);
    await far.join("bob", () => [], { expose: true });
    const { letter, open, receipt, send, sign } = hostile(here, there);
    const good = sign(letter("m1"));
    for (const bad of [
      good.map((byte, index) => (index === good.length - 1 ? byte ^ 1 : byte)),
      signLetter(letter("m1"), createSigner(new Uint8Array(32).fill(9)), "test"),
      Uint8Array.of(0xa0),
    ])
      await expect((await send(bad)).read(signal)).rejects.toThrow();
    const stale = [
      { sent: Date.now() - 700_000 },
      { sent: Date.now() + 700_000 },
      { expires: Date.now() - 1 },
    ];
    for (const [index, change] of stale.entries()) {
      expect(await receipt(sign(letter(`stale ${index}`, change)))).toMatchObject({ code: "not-fresh" });
      const { near: asking } = open();
      await asking.write(sign(letter(`stale ${index}`, { ...change, ask: true })), signal);
      await asking.write(encodeLetterFrame({ kind: "next" }), signal);
      expect(decodeLetterFrame(await asking.read(signal))).toMatchObject({ kind: "fail", code: "not-fresh" });
    }
    expect(await receipt(good)).toMatchObject({ status: "delivered" });
    expect(far.inbox.map(({ id }) => id)).toEqual(["m1"]);
    expect(far.questions).toBe(0);
    expect(near.inbox).toEqual([]);
  });

  it("soon has nothing read any more when it sends what is no letter", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there } = await twoPeers(stack);
    const { letter, send } = hostile(here, there);
    const forged = signLetter(letter("m1"), createSigner(new Uint8Array(32).fill(9)), "test");
    const failures = new Map<string, number>();
    for (let count = 0; count < 100; count++) {
      const { message } = (await (await send(forged)).read(signal).catch((error: Error) => error)) as Error;
      failures.set(message, (failures.get(message) ?? 0) + 1);
    }
    expect(failures.get("A letter is not signed by the peer that sent it")).toBeLessThan(60);
    expect([...failures.keys()].at(-1)).toContain("too much is under way");
  });

  it("speaks for all its agents only to say who comes and goes", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, far } = await twoPeers(stack);
    await far.join("bob", () => [], { expose: true });
    const { letter, send, sign } = hostile(here, there);
    for (const intent of ["chat", "joined"]) {
      const made = letter(intent);
      await send(sign({ ...made, message: { ...made.message, from: `*@${here.self}`, intent } }));
    }
    await until(() => far.inbox.length === 1, { what: "the news" });
    expect(far.inbox[0]?.intent).toBe("joined");
  });

  it("floods, and is told to wait; others are served, and nothing grows", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, here, there, far } = await twoPeers(stack);
    const third = spaceAt(stack, (await posts.start(3)).post);
    await third.join("carl");
    await far.join("bob", () => ["here"], { expose: true });
    const { letter, send, sign } = hostile(here, there);
    const most = LETTERS_SERVED.total.capacity / LETTER_COST_BYTES;
    let broken = 0;
    for (let count = 0; count < most && broken < 5; count++) {
      const near = await send(sign(letter(`m${count}`)));
      await near.read(signal).catch(() => broken++);
    }
    expect(broken).toBe(5);
    expect(far.inbox.length).toBeLessThan(most);
    expect(await third.all("carl", `bob@${there.self}`, "chat")).toEqual(["here"]);
  });

  it("pays for every agent that a letter to all goes to", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, far } = await twoPeers(stack);
    const agents = 40;
    for (let count = 0; count < agents; count++) await far.join(`bob${count}`, () => [], { expose: true });
    const { letter, receipt, sign } = hostile(here, there);
    const paid = Math.ceil(LETTERS_SERVED.total.capacity / (agents * LETTER_COST_BYTES));
    const said: (string | undefined)[] = [];
    while (said.length < paid && said.at(-1) !== "busy")
      said.push((await receipt(sign(letter(`m${said.length}`, {}, "*")))).code);
    expect(said.at(-1)).toBe("busy");
    expect(far.inbox).toHaveLength(agents * (said.length - 1));
  });

  it("holds no more exchanges open than it may, and lets go of them by leaving", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, far } = await twoPeers(stack);
    let ended = 0;
    await far.join(
      "bob",
      function* () {
        try {
          for (;;) yield "more";
        } finally {
          ended++;
        }
      },
      { expose: true },
    );
    const { letter, open, sign } = hostile(here, there);
    const opened = Array.from({ length: MOST_SERVED_PER_PEER + 1 }, open);
    const next = encodeLetterFrame({ kind: "next" });
    await opened.at(-1)?.served;
    for (const [index, { near }] of opened.slice(0, -1).entries()) {
      await near.write(sign(letter(`m${index}`, { ask: true })), signal);
      await near.write(next, signal);
      await near.read(signal);
    }
    await expect(opened.at(-1)?.near.read(signal)).rejects.toThrow("too much is under way");
    for (const { near } of opened) near.reset(new Error("gone"));
    await until(() => ended === MOST_SERVED_PER_PEER, { what: "the producers to be told" });
    await Promise.all(opened.map(({ served }) => served));
  });

  it("is not heard out when it says anything but what comes next", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, far } = await twoPeers(stack);
    await far.join("bob", () => ["answer"], { expose: true });
    const { letter, open, sign } = hostile(here, there);
    const { near } = open();
    await near.write(sign(letter("m1", { ask: true })), signal);
    await near.write(encodeLetterFrame({ kind: "end" }), signal);
    await expect(near.read(signal)).rejects.toThrow("Only the next answer can be asked for");
    expect(far.questions).toBe(0);
  });

  it("says nothing in the name of other peers when it answers, and gives no receipt that is not its own", async () => {
    const [own, other] = [1, 9].map((byte) => createSigner(new Uint8Array(32).fill(byte)));
    if (own === undefined || other === undefined) throw new Error("two were made");
    const [self, peer] = [peerIdOfKey(own.publicKey), peerIdOfKey(other.publicKey)];
    const [near, far] = streamPair();
    const envoy = new Envoy({
      ...{ signer: own, verifier: createVerifier(), network: "test", clock: Date.now, lifetime: signal },
      isBlocked: () => false,
      open: async () => near,
    });
    const sent = { ...message, from: `ann@${self}`, to: `bob@${peer}` };
    const answers = await envoy.ask(peer, sent, signal);
    await far.read(signal);
    for (const from of [`cleo@${peer}`, `ann@${self}`, `*@${peer}`, "bob"]) {
      const answered = answers.next(signal);
      await far.read(signal);
      await far.write(encodeLetterFrame({ kind: "answer", message: { ...sent, from, to: from } }), signal);
      const expected = from === `cleo@${peer}` ? from : sent.to;
      expect(await answered).toMatchObject({ from: expected, to: sent.from });
    }
    for (const signer of [other, own]) {
      const attempt = envoy.send(peer, sent, Date.now() + DAY);
      const receipt = { letter: letterDigest(await far.read(signal)), status: "delivered", at: 0 } as const;
      await far.write(signReceipt(receipt, signer, "test"), signal);
      if (signer === own) await expect(attempt).rejects.toThrow("not signed by the peer that gave it");
      else expect(await attempt).toEqual({ status: "delivered" });
    }
  });

  it("has no more of its letters and questions remembered than its part", async () => {
    await using folder = await temporaryFolder();
    const file = await PostFile.open(join(folder.path, "post.sqlite"));
    const seen = new SeenLetters(file.database, Date.now);
    for (let count = 0; count < MOST_SEEN_PER_PEER + 128; count++)
      seen.taken("way", `m${count}`, count === 0 ? "friend" : "flooder", "delivered");
    expect(seen.outcomeOf("way", "m0")).toBe("delivered");
    expect(seen.outcomeOf("way", "m1")).toBe(undefined);
    expect(seen.outcomeOf("way", `m${MOST_SEEN_PER_PEER}`)).toBe("delivered");
    await file.stop();

    const watchers = new Watchers(() => 0);
    const asks = (from: string) => watchers.note({ ...message, from, to: "*@here", intent: "help" }, "here");
    asks("ann@friend");
    for (let count = 0; count <= MOST_WATCHERS_PER_PEER; count++) asks(`eve${count}@flooder`);
    const told = watchers.all().map(({ address }) => address);
    expect(told).toHaveLength(MOST_WATCHERS_PER_PEER + 1);
    expect(told.slice(0, 2)).toEqual(["ann@friend", "eve1@flooder"]);
  });

  it("fills no more of the mailboxes than its part", async () => {
    await using stack = new AsyncDisposableStack();
    const { here, there, far } = await twoPeers(stack);
    await far.join("a", () => [], { expose: true });
    await far.leave("a");
    const near = spaceAt(stack, here.post);
    await near.join("ann");
    const statuses: string[] = [];
    for (let count = 0; count <= MOST_KEPT_FROM_TO; count++)
      statuses.push((await near.send("ann", `a@${there.self}`, "chat", "")).status);
    expect(statuses.lastIndexOf("kept")).toBe(MOST_KEPT_FROM_TO - 1);
    expect(statuses.at(-1)).toBe("refused");
  });

  it("takes no mailbox from those who earned a share, with however many keys", async () => {
    await using folder = await temporaryFolder();
    const file = await PostFile.open(join(folder.path, "post.sqlite"));
    const mailboxes = new Mailboxes(file.database, Date.now);
    const names = Array.from({ length: 20 }, (_, index) => `a${index}`);
    for (const name of names) mailboxes.here(name, "");
    const kept = new Map<string, number>();
    for (let key = 0; key < 12; key++)
      for (const name of names)
        for (let count = 0; count <= MOST_KEPT_FROM_TO; count++) {
          if (!mailboxes.keep(name, { peer: `stranger ${key}`, isNewcomer: true }, message)) break;
          for (const counted of [name, `stranger ${key}`, "all"])
            kept.set(counted, (kept.get(counted) ?? 0) + 1);
        }
    expect(kept.get("all")).toBe(MOST_KEPT / 2);
    expect(kept.get("stranger 0")).toBe(MOST_KEPT_PER_PEER);
    expect(kept.get("a0")).toBe(MOST_KEPT_PER_AGENT / 2);
    expect(mailboxes.keep("a0", { peer: "friend", isNewcomer: false }, message)).toBe(true);
    await file.stop();
  });

  it("leaves room at a space for others, though it asks all agents of it as often as it may", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, there, near, far } = await twoPeers(stack);
    const own = spaceAt(stack, there.post);
    for (const space of [own, near]) await space.join("carl");
    for (let count = 0; count < 16; count++) await far.join(`bob${count}`, () => ["here"], { expose: true });
    const fill = async (peer: TestPost, key: number) => {
      const { letter, open, sign } = hostile(peer, there, key);
      for (let count = 0; count < MOST_EXCHANGES_WITH_PEER / 16 + 1; count++) {
        const { near: asking } = open();
        await asking.write(sign(letter(`m${count}`, { ask: true }, "*")), signal);
        await asking.write(encodeLetterFrame({ kind: "next" }), signal);
        await asking.read(signal);
      }
    };
    const most = MOST_EXCHANGES_ABROAD / MOST_EXCHANGES_WITH_PEER;
    for (let peer = 1; peer <= most; peer++) {
      expect(await near.all("carl", `bob0@${there.self}`, "chat")).toEqual(["here"]);
      const questions = far.questions;
      await fill(await posts.start(2 + peer), 2 + peer);
      expect(far.questions - questions).toBe(MOST_EXCHANGES_WITH_PEER);
    }
    await expect(near.all("carl", `bob0@${there.self}`, "chat")).rejects.toThrow("busy");
    expect(await own.all("carl", `bob0@${there.self}`, "chat")).toEqual(["here"]);
  });

  it("cannot have the outbox come again without pause, or in a thousand years", async () => {
    vi.useFakeTimers();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => void vi.useRealTimers());
    await using folder = await temporaryFolder();
    const file = await PostFile.open(join(folder.path, "post.sqlite"));
    stack.defer(() => file.stop());
    let attempts = 0;
    const outbox = new Outbox({
      store: new OutboxStore(file.database, Date.now),
      envoy: {
        ask: () => Promise.reject(new Error("nobody asks")),
        send: async () => {
          attempts++;
          return { status: "later", retryAfterMs: Number.MAX_SAFE_INTEGER };
        },
      },
      clock: Date.now,
      now: () => performance.now(),
      lifetime: new AbortController().signal,
      log: () => undefined,
    });
    stack.defer(() => outbox.stop());
    expect(await outbox.send("peer", message, () => undefined)).toEqual({ status: "kept" });
    expect(vi.getTimerCount()).toBe(1);
    for (let round = 1; round <= 3; round++) {
      await vi.advanceTimersByTimeAsync(RETRY_LONGEST_MS - 1_000);
      expect([attempts, vi.getTimerCount()]).toEqual([round, 1]);
      await vi.advanceTimersByTimeAsync(1_010);
      expect(attempts).toBe(round + 1);
    }
  });
});

describe("a program of one's own", () => {
  it("is told at once of what can never be sent", async () => {
    await using stack = new AsyncDisposableStack();
    const { there, near } = await twoPeers(stack);
    await near.join("ann");
    const codes: unknown[] = [];
    for (const [to, content] of [
      ["*", ""],
      [`bob@${"1".repeat(52)}`, ""],
      [`bob@${there.self}`, "x".repeat(65_536)],
      [`bob@${there.self}`, "\ud800"],
    ] as const)
      codes.push((await near.send("ann", to, "chat", content)).code);
    expect(codes).toEqual(["no-address", "malformed", "message-too-large", "message-unsendable"]);
  });

  it("fills the outbox no more than its part", async () => {
    await using stack = new AsyncDisposableStack();
    const { posts, there, near } = await twoPeers(stack);
    posts.cut(there);
    await near.join("ann");
    const codes = new Map<string, number>();
    for (let count = 0; count <= MOST_OUT_PER_PEER; count++) {
      const { status, code = status } = await near.send("ann", `bob@${there.self}`, "chat", "");
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes]).toEqual([
      ["kept", MOST_OUT_PER_PEER],
      ["outbox-full", 1],
    ]);
  });

  it("that fetches nothing fails the exchanges with it, and no memory is lost", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, post } = await new TestPosts(stack).start(1);
    const near = spaceAt(stack, post);
    await near.join("ann");
    const desk = post.openDesk(USER);
    const join = { kind: "join", agent: "bob", expose: false } as const;
    await post.frames(desk, USER, { frames: [join], waitMs: 0 }, signal);
    const large = "x".repeat(65_000);
    const fitting = Math.floor(MOST_QUEUED_BYTES / 66_000);
    const frames = Array.from({ length: fitting + 10 }, (_, index) => ({
      ...{ kind: "letter" as const, exchange: `e${index}`, ask: true },
      message: near.message("ann", `bob@${self}`, "chat", large),
    }));
    for (const frame of frames) await near.push(frame, { kind: "next", exchange: frame.exchange });
    await until(() => near.failures.length > 0, { what: "a failure" });
    expect(new Set(near.failures.map(({ code }) => code))).toEqual(new Set(["busy"]));
    // What waits is fetched in parts, and whole.
    let letters = 0;
    for (;;) {
      const taken = await post.frames(desk, USER, { frames: [], waitMs: 0 }, signal);
      if (taken.length === 0) break;
      letters += taken.filter(({ kind }) => kind === "letter").length;
    }
    expect(letters).toBe(frames.length - near.failures.length);
    expect(letters).toBeGreaterThan(fitting - 10);
  });

  it("opens no more exchanges than it may, and ends all of them by closing its desk", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, post } = await new TestPosts(stack).start(1);
    const far = spaceAt(stack, post);
    await far.join("bob", async function* () {
      await new Promise(() => undefined);
      yield "never";
    });
    const desk = post.openDesk(USER);
    const space = spaceAt(stack, post);
    const frames = Array.from({ length: MOST_EXCHANGES + 1 }, (_, index) => ({
      ...{ kind: "letter" as const, exchange: `e${index}`, ask: true },
      message: space.message("ann", `bob@${self}`, "chat", ""),
    }));
    const join = { kind: "join", agent: "ann", expose: false } as const;
    const [joined] = await post.frames(desk, USER, { frames: [join], waitMs: 0 }, signal);
    expect(joined?.kind).toBe("joined");
    const taken = await post.frames(desk, USER, { frames, waitMs: 0 }, signal);
    expect(taken).toMatchObject([{ kind: "fail", exchange: `e${MOST_EXCHANGES}`, code: "busy" }]);
    await until(() => far.questions === MOST_EXCHANGES, { what: "the questions" });
    post.closeDesk(desk, USER);
    await until(() => far.cancelled === MOST_EXCHANGES, { what: "the producers to be told" });
  });
});
