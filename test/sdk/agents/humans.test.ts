import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { Agent, Space } from "action-collective/agents";
import { ConsoleHuman, type ConsoleHumanOptions, humanFrom } from "action-collective/agents/console";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { judgeReply, type MailHead } from "../../../sdk/src/agents/humans/mail-reply.ts";
import { ownWords } from "../../../sdk/src/agents/humans/mail-words.ts";
import { shownText } from "../../../sdk/src/agents/humans/shown.ts";
import { until } from "../../helpers/until.ts";

let space: Space;
beforeEach(() => {
  space = new Space();
});
afterEach(() => space.close());

/** A console whose keys the test presses, and whose screen it reads. */
async function ann(options: ConsoleHumanOptions = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = "";
  output.on("data", (chunk: Buffer) => {
    screen += chunk;
  });
  const person = new ConsoleHuman("ann", { input, output, ...options });
  await space.add(person);
  return {
    person,
    input,
    type: (line: string) => input.write(`${line}\n`),
    sees: (text: string) => until(() => screen.includes(text), { what: `"${text}" on the screen` }),
    screen: () => screen,
  };
}

const ask = (content: string, signal?: AbortSignal) =>
  space.place.request("ann", "query", content, { timeoutMs: 20_000, signal });

describe("a person at a console", () => {
  test("answers questions one by one, in their order", async () => {
    const { type, sees, screen } = await ann();
    const answers = [ask("first?\n\u001b[2Jboard asks:"), ask("second?")];
    await sees("board asks:\n| first?\n| \\u{1b}[2Jboard asks:\n");
    expect(screen()).not.toContain("second?");
    type("");
    type("one");
    await sees("| second?");
    type("two");
    expect(await Promise.all(answers)).toEqual(["one", "two"]);
  });

  test("reads a pipe that was filled before anything was asked, and then says that it has ended", async () => {
    const { input } = await ann();
    input.end("one\ntwo");
    expect(await ask("first?")).toBe("one");
    expect(await ask("second?")).toBe("two");
    await expect(ask("third?")).rejects.toMatchObject({
      code: "person-gone",
      message: "The console's input has ended",
    });
  });

  test.each([false, true])(
    "whose input ends while a question is open is gone (terminal: %s)",
    async (terminal) => {
      const { input, sees } = await ann({ terminal });
      const failed: unknown[] = [];
      const answers = [ask("first?"), ask("second?")].map((each) =>
        each.catch((error: unknown) => failed.push(error)),
      );
      await sees("| first?");
      input.end();
      await Promise.all(answers);
      expect(failed).toMatchObject([{ code: "person-gone" }, { code: "person-gone" }]);
      await expect(ask("third?")).rejects.toMatchObject({ code: "person-gone" });
      expect(await space.place.send("ann", "inform", "still here?").receipt).toMatchObject({
        status: "delivered",
      });
      await sees("| still here?");
    },
  );

  test("at a terminal, what was typed before a question, or for one that is withdrawn, is no answer to the next", async () => {
    const { person, type, sees } = await ann({ terminal: true });
    type("yes");
    await sees("(nobody has asked anything)");
    const stop = new AbortController();
    const first = ask("first?", stop.signal);
    await sees("| first?");
    const second = person.confirm("second?");
    stop.abort(new Error("enough"));
    await expect(first).rejects.toThrow();
    await sees("(press Enter to go on)");
    type("yes");
    await sees("| second?");
    type("no");
    expect(await second).toBe(false);
  });

  test("is told, permits, and has a limited mind", async () => {
    const { person, type, sees } = await ann({ timeoutMs: 300_000 });
    await space.place.send("ann", "inform", { done: true }).receipt;
    await sees('board informs you:\n| {\n|   "done": true\n| }');
    class Vault extends Agent {
      static override readonly actions = { open: { access: "requested" } } as const;
      open(): string {
        return "open";
      }
      override requestPermission = person.requestPermission.bind(person);
    }
    await space.add(new Vault("vault"));
    const opened = space.place.request("vault", "open", { door: 2 });
    await sees('| board wants "open" of vault with\n| {\n|   "door": 2\n| }\nYes or no?');
    type("maybe");
    await sees("(That was neither yes nor no. Answer with that one word.)");
    type("YES");
    expect(await opened).toBe("open");
    const many = Array.from({ length: 9 }, (_, at) => ask(`question ${at}`).catch((error: unknown) => error));
    expect(await many[8]).toMatchObject({ code: "person-busy" });
    const own = person.confirm("own?").catch((error: unknown) => error);
    await space.remove("ann");
    expect(await own).toMatchObject({ code: "person-gone" });
    expect(await many[0]).toMatchObject({ code: "agent-left" });
  });

  test("who is silent for too long loses the question", async () => {
    const { sees, type } = await ann({ timeoutMs: 200 });
    await expect(ask("now?")).rejects.toMatchObject({ code: "person-silent" });
    await sees("(too late: the question was withdrawn)");
    const later = ask("and now?");
    type("here");
    expect(await later).toBe("here");
  });

  test("two people cannot read one input", async () => {
    const { input } = await ann();
    await expect(
      space.add(new ConsoleHuman("bob", { input, output: new PassThrough() })),
    ).rejects.toMatchObject({
      code: "human-settings",
    });
  });

  test("of a team's file", () => {
    expect(humanFrom("ann", { timeoutSeconds: 5 })).toMatchObject({ id: "ann" });
    expect(() => humanFrom("ann", { timeoutSeconds: "5", tty: true })).toThrow(
      /`timeoutSeconds` is no whole number[\s\S]*`tty` is no such setting/,
    );
  });

  test("of a real program's standard input, which ends when nothing is left to do", async () => {
    const script = fileURLToPath(new URL("../../../examples/human-console.ts", import.meta.url));
    const program = spawn(process.execPath, [script]);
    let printed = "";
    for (const stream of [program.stdout, program.stderr])
      stream.on("data", (chunk: Buffer) => {
        printed += chunk;
      });
    program.stdin.end("Ann\nyes\n");
    expect(await once(program, "close")).toEqual([0, null]);
    expect(printed).toBe(
      "greeter asks:\n| What is your name?\nthis program asks for permission:\n| Shall I say it?\nYes or no?\nHello, Ann.\n",
    );
  });
});

describe("what a person sees", () => {
  test.each([
    ["plain ⚠\ufe0f", "plain ⚠"],
    ["a\u200bb\u202ec\u0007", "a\\u{200b}b\\u{202e}c\\u{7}"],
    ["\ud800x\r\ny", "\ufffdx\ny"],
    ["x".repeat(20_005), `${"x".repeat(20_000)}\n[cut: 5 more characters]`],
  ])("%j", (text, shown) => expect(shownText(text)).toBe(shown));
});

const MARKED = "> --- Please write your answer above this line ---\n> \n> librarian asks:\n> | Which?";

describe("a person's own words in a reply", () => {
  test.each([
    ["above", `The 2nd.\n\nOn Mon, 2 Nov 2026 at 10:00, A <a@b.test> wrote:\n\n${MARKED}`, "The 2nd."],
    ["in another language", `Das 2.\n\nAm 2. Nov. 2026 um 10:00 schrieb A\n<a@b.test>:\n${MARKED}`, "Das 2."],
    ["below", `On Mon at 10:00 A wrote:\n${MARKED}\n\nThe 2nd.\n-- \nAnn`, "The 2nd."],
    ["a list of their own", `I would take:\n- one\n\n${MARKED}`, "I would take:\n- one"],
    ["an announcement of their own", `These:\n\n${MARKED}`, "These:"],
    [
      "as Outlook quotes",
      "Yes\n\n________________________________\nFrom: A <a@b.test>\nSent: Monday\nTo: Ann\n\nlibrarian asks:",
      "Yes",
    ],
    ["with a telephone's signature", `Yes\n\nSent from my telephone\n\n${MARKED}`, "Yes"],
    ["with a signature", `Yes\n--\nAnn\n${MARKED}`, "Yes"],
    ["nothing but the question", `On Mon at 10:00 A wrote:\n${MARKED}`, ""],
    ["unmarked quotation alone", "--- Please write your answer above this line ---\nlibrarian asks", ""],
    ["a new mail", "Just\r\nthis.", "Just\nthis."],
  ])("%s", (_, text, words) => expect(ownWords(text)).toBe(words));
});

describe("whose mail is a reply", () => {
  const mail = (headers: Readonly<Record<string, string | readonly string[]>>): MailHead => ({
    headers: Object.entries({
      from: "Ann <ann@person.test>",
      "in-reply-to": "<1@ours.test>",
      ...headers,
    }).flatMap(([key, values]) => [values].flat().map((value) => ({ key, value }))),
    from: { address: "ann@person.test" },
  });
  const judge = (headers: Readonly<Record<string, string | readonly string[]>>) =>
    judgeReply(mail(headers), { person: "Ann@Person.test" });

  test("references in order, and last the one that it answers", () => {
    expect(judge({ references: "<0@x.test> <1@ours.test>\t<2@ours.test>" })).toEqual({
      kind: "reply",
      ids: ["<0@x.test>", "<1@ours.test>", "<2@ours.test>", "<1@ours.test>"],
    });
    expect(judge({ "auto-submitted": "no" })).toMatchObject({ kind: "reply" });
  });

  test.each([
    ["Ann <ann@person.test>"],
    ["ann@person.test <Ann@person.test>"],
    ['"Ann, at work" <ann@person.test> (Ann)'],
  ])("from %j", (from) => expect(judge({ from })).toMatchObject({ kind: "reply" }));

  test.each([
    ["; dmarc=pass header.from=person.test", true],
    ["; spf=none; DMARC=Pass (p=none dis=none) header.from=Person.test", true],
    [" 1; dmarc = pass (of (a) kind; dmarc=fail) header.from=person.test policy.dmarc=none", true],
    ["; dmarc=fail header.from=person.test", false],
    ["; dmarc=pass header.from=evil.test", false],
    ["; dmarc=pass", false],
    ["; dmarc=passed header.from=person.test", false],
    ['; spf=pass smtp.mailfrom="x; dmarc=pass header.from=person.test; y"@evil.test', false],
    ["; spf=pass (it said ; dmarc=pass header.from=person.test; )", false],
    ["; spf=pass smtp.mailfrom=x; dmarc=pass header.from=person.test; dmarc=fail", false],
    [".evil.test; dmarc=pass header.from=person.test", false],
  ])("vouched for by %j: %j", (results, vouched) => {
    const headers = { "authentication-results": [`mx.ours.test${results}`, "mx.ours.test; dmarc=pass"] };
    const rules = { person: "ann@person.test", authenticatedBy: "mx.ours.test" };
    expect(judgeReply(mail(headers), rules).kind).toBe(vouched ? "reply" : "ignored");
  });

  test.each([
    [{ from: ["ann@person.test", "mallory@evil.test"] }],
    [{ from: "ann@person.test, mallory@evil.test" }],
    [{ from: "ann@person.test; mallory@evil.test" }],
    [{ from: "<ann@person.test><mallory@evil.test>" }],
    [{ from: "mallory@evil.test\0<ann@person.test>" }],
    [{ from: "=?utf-8?q?ann=40person.test?=" }],
    [{ "auto-submitted": "auto-generated" }],
    [{ precedence: "Junk" }],
    [{ "return-path": "< >" }],
    [{ "content-type": "multipart/report; report-type=delivery-status" }],
    [{ "list-id": "<all.person.test>" }],
    [{ "x-autoreply": "yes" }],
  ])("not %j", (headers) => expect(judge(headers)).toMatchObject({ kind: "ignored" }));
});
