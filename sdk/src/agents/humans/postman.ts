import { createTransport, type Mail } from "nodemailer";
import { PersonUnreachableError } from "./errors.ts";
import type { Letter } from "./mail-letter.ts";
import type { CheckedServer } from "./mail-settings.ts";

/** What a server may take to connect, to greet, and between two words, in milliseconds: it may be slow, not dead. */
const SMTP_TIMEOUTS = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 30_000 } as const;

export interface Addresses {
  readonly from: string;
  readonly to: string;
}

/** Sends letters by SMTP. */
export class Postman {
  readonly #transport: Mail;
  readonly #addresses: Addresses;

  constructor({ host, port, security, login, tls }: CheckedServer, addresses: Addresses) {
    this.#addresses = addresses;
    this.#transport = createTransport({
      ...{ host, port, tls, ...SMTP_TIMEOUTS },
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      ...(login === undefined ? {} : { auth: login }),
      // Nothing that an agent says is a file or an address to fetch from.
      disableFileAccess: true,
      disableUrlAccess: true,
      logger: false,
    });
  }

  /** @throws {PersonUnreachableError} */
  async send({ subject, text, follows }: Letter, messageId: string): Promise<void> {
    try {
      await this.#transport.sendMail({
        ...this.#addresses,
        ...{ subject, text, messageId },
        ...(follows === undefined ? {} : { inReplyTo: follows, references: follows }),
        // RFC 3834: programs that answer by themselves leave it alone; the second is Exchange's word for it.
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
      });
    } catch (error) {
      throw new PersonUnreachableError(`The mail was not sent (${mailFailure(error)})`);
    }
  }
}

/** What may be said of a mail server's failure: codes, never its words, in which a password may stand. */
export function mailFailure(error: unknown): string {
  if (typeof error !== "object" || error === null) return "unknown failure";
  const { code, responseCode, authenticationFailed } = error as Readonly<Record<string, unknown>>;
  if (authenticationFailed === true) return "the login was refused";
  const known = typeof code === "string" && /^[A-Za-z0-9_]{1,40}$/.test(code) ? code : "unknown failure";
  return typeof responseCode === "number" ? `${known}, ${responseCode}` : known;
}
