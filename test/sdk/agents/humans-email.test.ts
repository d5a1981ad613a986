import { inspect } from "node:util";
import type { Json } from "@action-collective/protocol";
import { Space } from "action-collective/agents";
import { EmailHuman, type EmailHumanOptions, humanFrom } from "action-collective/agents/email";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MailServers } from "../../helpers/mail-servers.ts";
import { until } from "../../helpers/until.ts";

let servers: MailServers;
let space: Space;
let notes: string[];
beforeEach(async () => {
  servers = await MailServers.start();
  space = new Space();
  notes = [];
});
afterEach(async () => {
  await space.close();
  await servers[Symbol.asyncDispose]();
});

/** Ann, who is written to. New mail is only seen when the server tells of it. */
async function ann(options: Partial<EmailHumanOptions> = {}): Promise<EmailHuman> {
  const onNote = (note: string) => notes.push(note);
  const person = new EmailHuman("ann", { ...servers.settings, pollMs: 3_600_000, onNote, ...options });
  await space.add(person);
  return person;
}

const ask = (content: Json, intent = "query", signal?: AbortSignal) =>
  space.place.request("ann", intent, content, { timeoutMs: 20_000, signal });

describe("a person by e-mail", () => {
  test("a question is a letter, and what is written above it in the reply is the answer", async () => {
    await ann();
    const answer = ask("Which edition, the 1st or the 2nd?\n\u202eevil");
    const letter = await servers.letter(0);
    expect(letter.recipients).toEqual([MailServers.person]);
    expect(letter.mail.subject).toBe("board asks: Which edition, the 1st or the 2nd? \\u{202e}evil");
    expect(letter.mail.text).toContain("| Which edition, the 1st or the 2nd?\n| \\u{202e}evil");
    expect(letter.raw).toContain("Auto-Submitted: auto-generated");
    servers.reply(letter, "The 2nd – naïve, I know.\n\n-- \nAnn\nLibrary");
    expect(await answer).toBe("The 2nd – naïve, I know.");
    await until(() => servers.flags[0]?.includes("\\Seen"), { what: "the mail marked as seen" });
  });

  test("questions are told apart by what their replies refer to", async () => {
    await ann();
    const answers = [ask("one"), ask("two")];
    const [first, second] = [await servers.letter(0), await servers.letter(1)];
    const to = ({ mail }: typeof first) => `to ${/\| (\w+)/.exec(mail.text ?? "")?.[1]}`;
    // What it answers counts more than what it refers to as well.
    servers.reply(first, to(first), { References: `${first.mail.messageId} ${second.mail.messageId}` });
    await Promise.race(answers);
    servers.reply(second, to(second), { "In-Reply-To": "" });
    expect(await Promise.all(answers)).toEqual(["to one", "to two"]);
  });

  test("programs, strangers and the unrelated do not answer", async () => {
    await ann({ authenticatedBy: "mx.ours.test" });
    const answer = ask("Which?");
    const letter = await servers.letter(0);
    const passed = { "Authentication-Results": "mx.ours.test; spf=pass; dmarc=pass header.from=person.test" };
    // Which a server's search for the person's address finds.
    servers.reply(letter, "Mallory", { ...passed, From: `mary-${MailServers.person}` });
    servers.reply(letter, "away", { ...passed, "Auto-Submitted": "auto-replied" });
    servers.reply(letter, "bulk", { ...passed, Precedence: "bulk" });
    servers.reply(letter, "failed", { ...passed, "Content-Type": "multipart/report; boundary=x" });
    servers.reply(letter, "bounced", { ...passed, "Return-Path": "<>" });
    servers.reply(letter, "forged", { "Authentication-Results": "mx.evil.test; dmarc=pass" });
    servers.reply(letter, "two", { ...passed, From: `${MailServers.person}, mallory@evil.test` });
    // A text made of its HTML would take minutes; a stranger's mail is not read so far.
    const parts = ["text/plain\n\nx", `text/html\n\n<a ${"href=".repeat(20_000)}`];
    servers.arrive(
      { ...passed, "Content-Type": "multipart/mixed; boundary=p" },
      `${parts.map((part) => `--p\nContent-Type: ${part}\n`).join("")}--p--`,
    );
    servers.reply(letter, "Mine", passed);
    expect(await answer).toBe("Mine");
    expect(notes.map((note) => note.replace("a mail was passed over: ", ""))).toEqual([
      "it is from somebody else",
      "a program wrote it (auto-submitted)",
      "a program wrote it (precedence)",
      "a program wrote it (report)",
      "a program wrote it (return-path)",
      "mx.ours.test does not vouch for its sender (dmarc=pass)",
      "it has not exactly one sender",
      "it answers no open question",
    ]);
    const seen = () => servers.flags.map((flags) => flags.includes("\\Seen"));
    await until(() => seen().at(-1), { what: "the answer marked as seen" });
    expect(seen().filter((each) => each)).toHaveLength(1);
  });

  test("yes and no, asked again when it is neither", async () => {
    const person = await ann();
    const permitted = person.confirm("May it run?");
    servers.reply(await servers.letter(0), "Yes, but only once");
    const again = await servers.letter(1);
    expect(again.mail.text).toContain("neither yes nor no");
    servers.reply(again, "Yes.");
    expect(await permitted).toBe(true);
    const refused = person.confirm("And this?");
    servers.reply(await servers.letter(2), "No, never");
    expect(await refused).toBe(false);
  });

  test("an answer in HTML alone, and one that is too long", async () => {
    await ann();
    const answer = ask("Which?");
    const letter = await servers.letter(0);
    servers.reply(letter, "long ".repeat(3_000));
    expect((await servers.letter(1)).mail).toMatchObject({
      inReplyTo: letter.mail.messageId,
      text: expect.stringContaining("longer than 10000 characters"),
    });
    servers.arrive(
      { "In-Reply-To": letter.mail.messageId ?? "", "Content-Type": "text/html; charset=utf-8" },
      `<div>The <b>2nd</b> &amp; last</div><div>On Sun 09:00 they wrote:<blockquote>${letter.mail.text}</blockquote></div>`,
    );
    expect(await answer).toBe("The 2nd & last");
  });

  test("a withdrawn question is called off, and a late answer to it is none", async () => {
    await ann();
    const stop = new AbortController();
    const answer = ask("Which?", "query", stop.signal);
    const letter = await servers.letter(0);
    stop.abort(new Error("not needed"));
    await expect(answer).rejects.toThrow();
    const remark = await servers.letter(1);
    expect(remark.mail).toMatchObject({
      inReplyTo: letter.mail.messageId,
      text: "No answer is needed any more.\n",
    });
    const next = ask("And now?");
    servers.reply(letter, "late");
    servers.reply(await servers.letter(2), "in time");
    expect(await next).toBe("in time");
  });

  test("a broken connection is made again, and what came meanwhile is found", async () => {
    await ann({ firstPauseMs: 1 });
    const answer = ask("Which?");
    const letter = await servers.letter(0);
    servers.cut();
    servers.reply(letter, "Meanwhile");
    expect(await answer).toBe("Meanwhile");
    expect(servers.connections).toBeGreaterThan(1);
    expect(notes).toContain("the connection to the mailbox broke");
    servers.renumber();
    servers.cut();
    const renumbered = ask("And now?");
    servers.reply(await servers.letter(1), "Numbered anew");
    expect(await renumbered).toBe("Numbered anew");
  });

  test("a letter that is refused fails its question, and says nothing of the password", async () => {
    const person = await ann({ lettersPerHour: 2 });
    servers.refusing = true;
    await expect(ask("Which?")).rejects.toMatchObject({
      code: "person-unreachable",
      message: "The mail was not sent (EMESSAGE, 550)",
    });
    servers.refusing = false;
    await space.place.send("ann", "inform", "All done").receipt;
    expect((await servers.letter(0)).mail.subject).toBe("board informs you: All done");
    await expect(person.confirm("one too many?")).rejects.toMatchObject({ code: "person-busy" });
    expect(servers.open).toBe(1);
    await space.remove("ann");
    await until(() => servers.open === 0, { what: "the connection closed" });
  });
});

describe("e-mail settings", () => {
  test("a wrong password is in no error, even where the server repeats it", async () => {
    const { smtp, imap, ...rest } = servers.settings;
    const password = "s3cret-wrong";
    const unread = new EmailHuman("ann", { ...rest, smtp, imap: { ...imap, password } });
    const unsent = new EmailHuman("ann", { ...rest, imap, smtp: { ...smtp, password } });
    const failures = [unread.open(), unsent.confirm("Sent?")].map((ends) =>
      ends.catch((error: Error) => error),
    );
    expect(await Promise.all(failures)).toMatchObject([
      { message: "The mailbox cannot be read (the login was refused)" },
      { message: "The mail was not sent (EAUTH, 535)" },
    ]);
    expect(inspect(await Promise.all(failures), { depth: 9 })).not.toContain("s3cret");
    await unsent.close();
  });

  test("of a team's file: all that is wrong at once", () => {
    const settings = {
      to: "ann@person.test",
      smtp: { host: "mail.test", user: "a", passwordVariable: "NOWHERE" },
      imap: { host: "mail.test", security: "none", sekurity: 1 },
    };
    expect(() => humanFrom("ann", settings, {})).toThrow(
      expect.objectContaining({
        code: "human-settings",
        problems: expect.arrayContaining([
          "`from` is missing",
          '`smtp.passwordVariable` names the environment variable "NOWHERE", which is not set',
          "`imap.sekurity` is no such setting",
        ]),
      }),
    );
    const whole = { ...settings, from: "agents@ours.test", smtp: { host: "mail.test" } };
    expect(() => humanFrom("ann", { ...whole, imap: { host: "mail.test", security: "none" } }, {})).toThrow(
      /"none" is for this machine alone[\s\S]*needs `user` and `password`/,
    );
    const imap = { host: "mail.test", user: "a", passwordVariable: "MAIL" };
    expect(humanFrom("ann", { ...whole, imap }, { MAIL: "x" })).toBeInstanceOf(EmailHuman);
  });

  test.each(["tls", "starttls"] as const)("%s, and a certificate that is not trusted", async (security) => {
    await using secured = await MailServers.start({ security });
    const { smtp, imap, ...rest } = secured.settings;
    const person = new EmailHuman("ann", { ...rest, smtp, imap });
    await person.open();
    const answer = person.confirm("Safe?");
    const letter = await secured.letter(0);
    expect(letter.secure).toBe(true);
    secured.reply(letter, "yes");
    expect(await answer).toBe(true);
    await person.close();
    const doubtful = new EmailHuman("ann", { ...rest, smtp, imap: { ...imap, ca: undefined } });
    await expect(doubtful.open()).rejects.toMatchObject({ code: "person-unreachable" });
  });

  test("a server without STARTTLS is not talked to where it is required", async () => {
    const { smtp, imap, ...rest } = servers.settings;
    const person = new EmailHuman("ann", { ...rest, smtp, imap: { ...imap, security: "starttls" } });
    await expect(person.open()).rejects.toMatchObject({ code: "person-unreachable" });
    const half = new EmailHuman("ann", { ...rest, imap, smtp: { ...smtp, security: "starttls" } });
    await expect(half.confirm("Safe?")).rejects.toMatchObject({
      message: "The mail was not sent (ETLS, 500)",
    });
    expect(servers.delivered).toEqual([]);
    await half.close();
  });

  test("a server that does not tell of new mail is asked", async () => {
    await using plain = await MailServers.start({ plugins: [] });
    await using person = new EmailHuman("ann", { ...plain.settings, pollMs: 20 });
    const answer = person.confirm("Polled?");
    plain.reply(await plain.letter(0), "yes");
    expect(await answer).toBe(true);
  });
});
