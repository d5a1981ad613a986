import { once } from "node:events";
import { createRequire } from "node:module";
import type { AddressInfo, Server, Socket } from "node:net";
import type { MailSecurity, MailServer } from "action-collective/agents/email";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { localhostCertificate } from "./localhost-certificate.ts";
import { until } from "./until.ts";

interface ImapFolder {
  uidvalidity: number;
  uidnext: number;
  readonly messages: { readonly flags: readonly string[] }[];
}

/** What the tests use of hoodiecrow-imap, which has no types. Its texts are bytes as Latin-1. */
interface ImapServer {
  readonly server: Server;
  readonly folderCache: Readonly<Record<string, ImapFolder>>;
  listen(port: number, host: string): void;
  appendMessage(mailbox: string, flags: readonly string[], date: false, raw: string): void;
}
const hoodiecrow = createRequire(import.meta.url)("hoodiecrow-imap") as (options: object) => ImapServer;

export interface MailServersOptions {
  /** Of both servers; on this machine, "none" is allowed. */
  readonly security?: MailSecurity;
  /** What the IMAP server can: IDLE unless told otherwise. */
  readonly plugins?: readonly string[];
}

/** What was handed to the SMTP server. */
export interface Delivered {
  readonly raw: string;
  readonly mail: Email;
  readonly secure: boolean;
  readonly recipients: readonly string[];
}

/** A real SMTP server and a real IMAP server on loopback. The test is the person: it reads what came, and writes to the mailbox. */
export class MailServers implements AsyncDisposable {
  static readonly person = "ann@person.test";
  static readonly agents = "agents@ours.test";
  static readonly password = "pass-word-pass";
  readonly delivered: Delivered[] = [];
  /** What the SMTP server does with the next mails. */
  refusing = false;
  readonly #security: MailSecurity;
  readonly #smtp: SMTPServer;
  readonly #imap: ImapServer;
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(security: MailSecurity, plugins: readonly string[]) {
    this.#security = security;
    this.#smtp = new SMTPServer({
      ...localhostCertificate,
      secure: security === "tls",
      ...(security === "none" ? { disabledCommands: ["STARTTLS"], allowInsecureAuth: true } : {}),
      logger: false,
      onAuth: ({ password }, _, done) =>
        password === MailServers.password
          ? done(null, { user: "agents" })
          : done(new Error(`no: ${password}`)),
      onData: (stream, { envelope, secure }, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", async () => {
          if (this.refusing) return done(Object.assign(new Error("refused"), { responseCode: 550 }));
          const raw = Buffer.concat(chunks).toString("latin1");
          const recipients = envelope.rcptTo.map(({ address }) => address);
          this.delivered.push({ raw, mail: await PostalMime.parse(raw), secure, recipients });
          done();
        });
      },
    });
    this.#smtp.on("error", () => {});
    this.#imap = hoodiecrow({
      credentials: localhostCertificate,
      secureConnection: security === "tls",
      plugins: [...plugins, ...(security === "starttls" ? ["STARTTLS"] : [])],
      users: { agents: { password: MailServers.password } },
      storage: { INBOX: { messages: [] } },
    });
    const keep = (socket: Socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      // It writes each answer in several pieces, and would wait 40 ms between them.
      socket.setNoDelay(true);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    };
    this.#imap.server.on("connection", keep);
  }

  static async start({ security = "none", plugins = ["IDLE", "UIDPLUS"] }: MailServersOptions = {}) {
    const servers = new MailServers(security, plugins);
    servers.#smtp.listen(0, "127.0.0.1");
    servers.#imap.listen(0, "127.0.0.1");
    await Promise.all([once(servers.#smtp.server, "listening"), once(servers.#imap.server, "listening")]);
    return servers;
  }

  /** Settings of a contact that uses them. */
  get settings() {
    const login = { user: "agents", password: MailServers.password };
    const server = (of: { address(): string | AddressInfo | null }): MailServer => ({
      host: "localhost",
      port: (of.address() as AddressInfo).port,
      security: this.#security,
      ...login,
      ...(this.#security === "none" ? {} : { ca: localhostCertificate.cert }),
    });
    return {
      to: MailServers.person,
      from: MailServers.agents,
      smtp: server(this.#smtp.server),
      imap: server(this.#imap.server),
    };
  }

  /** Connections that the IMAP server has taken so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Those that are open now. */
  get open(): number {
    return this.#sockets.size;
  }

  get flags(): readonly (readonly string[])[] {
    return this.#imap.folderCache.INBOX?.messages.map(({ flags }) => flags) ?? [];
  }

  letter(at: number): Promise<Delivered> {
    return until(() => this.delivered[at], { what: `letter ${at}` });
  }

  /** Puts a mail into the agents' mailbox. */
  arrive(headers: Readonly<Record<string, string>>, text: string): void {
    const lines = Object.entries({
      From: `Ann <${MailServers.person}>`,
      To: MailServers.agents,
      Date: "Sun, 22 Nov 2026 10:00:00 +0000",
      "Content-Type": "text/plain; charset=utf-8",
      "Content-Transfer-Encoding": "8bit",
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    const raw = [...lines, "", ...text.split("\n")].join("\r\n");
    this.#imap.appendMessage("INBOX", [], false, Buffer.from(raw).toString("latin1"));
  }

  /** As a mail program answers: the words above, what is answered quoted below. */
  reply({ mail }: Delivered, words: string, headers: Readonly<Record<string, string>> = {}): void {
    const quoted = (mail.text ?? "").trimEnd().replace(/^/gm, "> ");
    this.arrive(
      { "In-Reply-To": mail.messageId ?? "", References: mail.messageId ?? "", ...headers },
      `${words}\n\nOn Sun, 22 Nov 2026 at 09:00, <${MailServers.agents}> wrote:\n\n${quoted}\n`,
    );
  }

  /** Empties the mailbox, and begins to number its mails anew. */
  renumber(): void {
    const folder = this.#imap.folderCache.INBOX;
    if (folder === undefined) throw new Error("There is no mailbox");
    folder.messages.length = 0;
    folder.uidvalidity += 1;
    folder.uidnext = 1;
  }

  /** Breaks every connection to the IMAP server. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await Promise.all([
      new Promise<void>((resolve) => this.#smtp.close(resolve)),
      new Promise<void>((resolve) => this.#imap.server.close(() => resolve())),
    ]);
  }
}
