import { randomUUID } from "node:crypto";
import PostalMime, { type Email } from "postal-mime";
import type { Contact, Ending, Listener, Notice, OpenContact, Question, Taken } from "./contact.ts";
import { PersonBusyError } from "./errors.ts";
import { humanLimits } from "./limits.ts";
import { type Letter, noticeLetter, questionLetter, remarkLetter } from "./mail-letter.ts";
import { judgeReply } from "./mail-reply.ts";
import { checkEmail, type EmailSettings } from "./mail-settings.ts";
import { ownWords } from "./mail-words.ts";
import { Mailbox, mailboxLimits } from "./mailbox.ts";
import { mailFailure, Postman } from "./postman.ts";

export interface EmailContactOptions {
  readonly pollMs: number;
  /** Letters to the person within an hour; the rest is refused. */
  readonly lettersPerHour: number;
  readonly firstPauseMs: number;
  readonly clock: () => number;
  readonly random: () => number;
  /** Told why a mail was passed over, and when the connection breaks: for a log. Names no password and quotes no mail. */
  readonly note: (text: string) => void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Remarks about answers that could not be read, for each question: a program that answers is not talked to for ever. */
const MOST_REMARKS = 2;

const REMARKS: Record<Exclude<Taken, "taken" | "unknown">, string> = {
  empty:
    "Your answer had no text that could be read. Please write it above the quoted question, as plain text.",
  "too-long": `Your answer is longer than ${humanLimits.answerCharacters} characters. Please send a shorter one.`,
};
const ENDINGS: Record<Exclude<Ending, "answered" | "gone">, string> = {
  withdrawn: "No answer is needed any more.",
  "timed-out": "The time for an answer is over; none is needed any more.",
};

/** A person who is written to: a question is a mail, and the reply to it is the answer. */
export function emailContact(settings: EmailSettings, options: EmailContactOptions): Contact {
  const checked = checkEmail(settings);
  return {
    atOnce: humanLimits.questions,
    open: async (listener) => {
      const contact = new OpenMail(settings, checked, options, listener);
      await contact.open();
      return contact;
    },
  };
}

interface Sent {
  readonly question: Question;
  readonly subject: string;
  readonly messageId: string;
  arrived: boolean;
  ending?: Ending;
  remarks: number;
}

class OpenMail implements OpenContact {
  readonly #settings: EmailSettings;
  readonly #options: EmailContactOptions;
  readonly #listener: Listener;
  readonly #postman: Postman;
  readonly #mailbox: Mailbox;
  /** Open questions by the Message-ID of their letters. */
  readonly #sent = new Map<string, Sent>();
  /** When letters were sent, within the last hour. */
  #times: readonly number[] = [];

  constructor(
    settings: EmailSettings,
    { smtp, imap }: ReturnType<typeof checkEmail>,
    options: EmailContactOptions,
    listener: Listener,
  ) {
    this.#settings = settings;
    this.#options = options;
    this.#listener = listener;
    this.#postman = new Postman(smtp, { from: settings.from, to: settings.to });
    this.#mailbox = new Mailbox({
      server: imap,
      person: settings.to,
      ...options,
      since: () => this.#since(),
      arrived: (raw) => this.#arrived(raw),
    });
  }

  open(): Promise<void> {
    return this.#mailbox.open();
  }

  async show(question: Question): Promise<void> {
    const letter = questionLetter(question);
    const messageId = this.#newId();
    const sent: Sent = { question, subject: letter.subject, messageId, arrived: false, remarks: 0 };
    // Before it is sent: a quick answer finds it.
    this.#sent.set(messageId, sent);
    await this.#send(letter, messageId);
    sent.arrived = true;
    // It was withdrawn while it was on its way.
    if (sent.ending !== undefined) this.#callOff(sent, sent.ending);
  }

  closed(question: Question, ending: Ending): void {
    const sent = [...this.#sent.values()].find((each) => each.question.id === question.id);
    if (sent === undefined) return;
    this.#sent.delete(sent.messageId);
    sent.ending = ending;
    if (sent.arrived) this.#callOff(sent, ending);
  }

  tell(notice: Notice): Promise<void> {
    return this.#send(noticeLetter(notice), this.#newId());
  }

  close(): Promise<void> {
    return this.#mailbox.close();
  }

  /** A day earlier than the oldest open question: servers look at the date alone, in a time zone of their own. */
  #since(): Date | undefined {
    const asked = [...this.#sent.values()].map(({ question }) => question.askedAt);
    return asked.length === 0 ? undefined : new Date(Math.min(...asked) - DAY_MS);
  }

  /** 122 random bits in our own domain: only who got the letter, or carried it, can refer to it. */
  #newId(): string {
    return `<${randomUUID()}@${this.#settings.from.split("@").at(-1)}>`;
  }

  async #send(letter: Letter, messageId: string): Promise<void> {
    const { clock, lettersPerHour } = this.#options;
    const now = clock();
    this.#times = this.#times.filter((time) => time > now - HOUR_MS);
    if (this.#times.length >= lettersPerHour)
      throw new PersonBusyError(`${lettersPerHour} letters were sent to this person within an hour`);
    this.#times = [...this.#times, now];
    await this.#postman.send(letter, messageId);
  }

  #callOff(sent: Sent, ending: Ending): void {
    if (ending === "withdrawn" || ending === "timed-out") this.#remark(sent, ENDINGS[ending]);
  }

  #remark({ subject, messageId }: Sent, text: string): void {
    this.#send(remarkLetter(subject, text, messageId), this.#newId()).catch((error: unknown) =>
      this.#options.note(error instanceof Error ? error.message : mailFailure(error)),
    );
  }

  async #arrived(raw: Uint8Array): Promise<boolean> {
    const head = await parse(headOf(raw));
    if (head === undefined) return this.#ignore("it is no mail that could be read");
    const { to: person, authenticatedBy } = this.#settings;
    const from = head.from?.address === undefined ? {} : { from: { address: head.from.address } };
    const judged = judgeReply({ headers: head.headers, ...from }, { person, authenticatedBy });
    if (judged.kind === "ignored") return this.#ignore(judged.why);
    const sent = judged.ids.map((id) => this.#sent.get(id)).findLast((each) => each !== undefined);
    if (sent === undefined) return this.#ignore("it answers no open question");
    const mail = await parse(raw);
    if (mail === undefined) return this.#ignore("its text could not be read");
    const taken = this.#listener.answer(sent.question.id, ownWords(await textOf(mail)));
    if ((taken === "empty" || taken === "too-long") && sent.remarks < MOST_REMARKS) {
      sent.remarks += 1;
      this.#remark(sent, REMARKS[taken]);
    }
    return taken === "taken" || this.#ignore(`the answer is ${taken}`);
  }

  #ignore(why: string): false {
    this.#options.note(`a mail was passed over: ${why}`);
    return false;
  }
}

/** Nesting that no mail program makes costs time. */
const PARSING = { maxNestingDepth: 16, maxHeadersSize: mailboxLimits.mailBytes, maxRfc822NestingDepth: 0 };

/** Up to the first empty line. Strangers' mail is read no further: to make text of hostile HTML may take minutes. */
function headOf(raw: Uint8Array): Uint8Array {
  const end = Buffer.from(raw)
    .toString("latin1")
    .search(/\n\r?\n/);
  return end === -1 ? raw : raw.subarray(0, end + 1);
}

async function parse(raw: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(raw, PARSING);
  } catch {
    return undefined;
  }
}

/** Some programs send HTML alone; the parser turns it to text only where it stands beside some. */
async function textOf({ text, html }: Email): Promise<string> {
  if (text !== undefined && text.trim() !== "") return text;
  if (html === undefined) return "";
  const beside = [
    "Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\n",
    "--part\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
    `${Buffer.from(html).toString("base64")}\r\n--part--\r\n`,
  ].join("\r\n");
  return (await parse(Buffer.from(beside)))?.text ?? "";
}
