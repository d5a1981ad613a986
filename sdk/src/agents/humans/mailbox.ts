import { ImapFlow } from "imapflow";
import { Bell } from "./bell.ts";
import { PersonUnreachableError } from "./errors.ts";
import type { CheckedServer } from "./mail-settings.ts";
import { mailFailure } from "./postman.ts";

/** Bounds of reading mail, and why. */
export const mailboxLimits = {
  /** Read of one mail: its headers and text come first, what is attached is left there. */
  mailBytes: 256 * 1024,
  /** A server that sends more at once than was asked for is not listened to. */
  responseBytes: 2 * 1024 * 1024,
  /** Mails that are looked at before others have their turn. */
  mailsAtOnce: 100,
  /** Times that the connection may break at one mail before that one is passed over. */
  attempts: 2,
  /** Until the first attempt to connect again, and the most between two: it doubles each time. */
  firstPauseMs: 1_000,
  mostPauseMs: 300_000,
  /** Waiting for news (IDLE) is begun anew so often: servers and routers drop connections on which nothing is said. */
  idleMs: 300_000,
  /** For a polite goodbye. */
  closeMs: 500,
} as const;

export interface MailboxOptions {
  readonly server: CheckedServer & { readonly mailbox: string };
  /** Only mail from there is looked at. */
  readonly person: string;
  /** Looked for new mail at least so often, where the server does not tell by itself (IDLE). */
  readonly pollMs: number;
  readonly firstPauseMs: number;
  /** From 0 to 1: so that many clients do not come back at once. */
  readonly random: () => number;
  /** Since when mail may be of interest; undefined: none is. */
  readonly since: () => Date | undefined;
  /** A mail as it came, at most `mailBytes` of it. True: it was an answer, and is marked as seen. */
  readonly arrived: (raw: Uint8Array) => Promise<boolean>;
  /** For a log. */
  readonly note: (text: string) => void;
}

/** Watches a mailbox by IMAP for mail from one person, and connects again whenever the connection breaks. */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #bell = new Bell();
  readonly #stop = new AbortController();
  #client: ImapFlow | undefined;
  #watching: Promise<void> | undefined;
  /** The lowest number that was not looked at yet, and the numbering that it belongs to (RFC 9051 §2.3.1.1). */
  #next = 1;
  #numbering: bigint | undefined;
  readonly #attempts = new Map<number, number>();

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /** @throws {PersonUnreachableError} when the first connection fails */
  async open(): Promise<void> {
    const first = await this.#connect();
    this.#watching = this.#watch(first);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#bell.ring();
    const client = this.#client;
    if (client !== undefined) {
      const cut = setTimeout(() => client.close(), mailboxLimits.closeMs);
      // What goes wrong with a goodbye is nobody's affair any more.
      await client.logout().catch(() => client.close());
      clearTimeout(cut);
    }
    await this.#watching;
  }

  async #connect(): Promise<ImapFlow> {
    const { host, port, security, login, tls, mailbox } = this.#options.server;
    const client = new ImapFlow({
      ...{ host, port, tls },
      secure: security === "tls",
      doSTARTTLS: security === "starttls",
      ...(login === undefined ? {} : { auth: login }),
      ...{ logger: false, connectionTimeout: 20_000, autoIdleDelay: 100, maxIdleTime: mailboxLimits.idleMs },
      maxLineLength: mailboxLimits.responseBytes,
      maxLiteralSize: mailboxLimits.responseBytes,
      maxResponseSize: 2 * mailboxLimits.responseBytes,
    });
    // `close` follows, and is what counts.
    client.on("error", () => {});
    client.on("exists", () => this.#bell.ring());
    client.on("close", () => this.#bell.ring());
    try {
      await client.connect();
      const { uidValidity, uidNext } = await client.mailboxOpen(mailbox);
      if (this.#numbering === undefined) this.#next = uidNext;
      else if (this.#numbering !== uidValidity) this.#next = 1;
      this.#numbering = uidValidity;
    } catch (error) {
      client.close();
      throw new PersonUnreachableError(`The mailbox cannot be read (${mailFailure(error)})`);
    }
    this.#client = client;
    if (this.#stop.signal.aborted) client.close();
    return client;
  }

  async #watch(first: ImapFlow): Promise<void> {
    let client: ImapFlow | undefined = first;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        client ??= await this.#connect();
        while (client.usable && !this.#stop.signal.aborted) {
          await this.#look(client);
          failures = 0;
          await this.#bell.heard(this.#options.pollMs);
        }
        if (!this.#stop.signal.aborted) this.#options.note("the connection to the mailbox broke");
      } catch (error) {
        const why = error instanceof PersonUnreachableError ? error.message : mailFailure(error);
        if (!this.#stop.signal.aborted) this.#options.note(why);
        client?.close();
      }
      client = undefined;
      await this.#pause(failures);
      failures += 1;
    }
  }

  async #pause(failures: number): Promise<void> {
    const { firstPauseMs, random } = this.#options;
    const longest = Math.min(firstPauseMs * 2 ** Math.min(failures, 20), mailboxLimits.mostPauseMs);
    const until = performance.now() + longest * (0.5 + random() / 2);
    // The old connection may still ring.
    while (!this.#stop.signal.aborted && performance.now() < until)
      await this.#bell.heard(until - performance.now());
  }

  async #look(client: ImapFlow): Promise<void> {
    for (;;) {
      const since = this.#options.since();
      if (since === undefined) return;
      const query = { uid: `${this.#next}:*`, from: this.#options.person, since };
      const found = (await client.search(query, { uid: true })) || [];
      // "7:*" finds the last mail even if that is the sixth.
      const fresh = found.filter((uid) => uid >= this.#next).sort((a, b) => a - b);
      for (const uid of fresh.slice(0, mailboxLimits.mailsAtOnce)) await this.#read(client, uid);
      if (fresh.length <= mailboxLimits.mailsAtOnce || this.#stop.signal.aborted) return;
    }
  }

  async #read(client: ImapFlow, uid: number): Promise<void> {
    const attempts = this.#attempts.get(uid) ?? 0;
    if (attempts < mailboxLimits.attempts) {
      this.#attempts.set(uid, attempts + 1);
      const query = { source: { maxLength: mailboxLimits.mailBytes } };
      const mail = await client.fetchOne(String(uid), query, { uid: true });
      if (mail && mail.source !== undefined && (await this.#options.arrived(mail.source)))
        await client.messageFlagsAdd(String(uid), ["\\Seen"], { uid: true });
    } else this.#options.note("a mail at which the connection broke is passed over");
    this.#attempts.delete(uid);
    this.#next = uid + 1;
  }
}
