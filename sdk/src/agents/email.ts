import { emailContact } from "./humans/email-contact.ts";
import { Human, type HumanOptions } from "./humans/human.ts";
import { humanLimits } from "./humans/limits.ts";
import type { EmailSettings, MailServer } from "./humans/mail-settings.ts";
import { mailboxLimits } from "./humans/mailbox.ts";
import { type Environment, SettingsReader } from "./humans/settings.ts";

export * from "./humans/index.ts";
export type { EmailSettings, MailSecurity, MailServer } from "./humans/mail-settings.ts";

export interface EmailHumanOptions extends EmailSettings, HumanOptions {
  /** How often new mail is looked for where the server does not tell by itself, in milliseconds; a minute unless given. */
  readonly pollMs?: number | undefined;
  /** Letters to the person within an hour, questions and notices together; 30 unless given. */
  readonly lettersPerHour?: number | undefined;
  /** Until a broken connection is made anew for the first time, in milliseconds; each later time it takes twice as long. */
  readonly firstPauseMs?: number | undefined;
  readonly random?: (() => number) | undefined;
  /** For a log: why a mail was passed over, and when the connection breaks. Holds no password and no mail. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** A person who is written to by e-mail: a question is a mail, and the reply to it is the answer. */
export class EmailHuman extends Human {
  /** @throws {HumanSettingsError} */
  constructor(id: string | undefined, options: EmailHumanOptions) {
    const { pollMs = 60_000, lettersPerHour = 30, firstPauseMs = mailboxLimits.firstPauseMs } = options;
    const { clock = Date.now, random = Math.random, onNote: note = () => {} } = options;
    const { timeoutMs = humanLimits.mailTimeoutMs } = options;
    super(id, emailContact(options, { pollMs, lettersPerHour, firstPauseMs, clock, random, note }), {
      ...options,
      timeoutMs,
    });
  }
}

/** One server of a team's file: `passwordVariable` names the environment variable that holds the password. */
export interface MailServerSettings extends Omit<MailServer, "password" | "ca"> {
  readonly passwordVariable?: string;
}

/** `human: { email: { … } }` of a team's file. */
export interface EmailHumanSettings {
  readonly to: string;
  readonly from: string;
  readonly smtp: MailServerSettings;
  readonly imap: MailServerSettings & { readonly mailbox?: string };
  readonly authenticatedBy?: string;
  readonly timeoutSeconds?: number;
  readonly pollSeconds?: number;
  readonly lettersPerHour?: number;
}

/** @throws {HumanSettingsError} */
export function humanFrom(id: string, settings: unknown, environment: Environment = process.env): EmailHuman {
  const reader = new SettingsReader("the e-mail contact", settings, environment);
  const imap = reader.part("imap");
  const options: EmailHumanOptions = {
    to: reader.needed("to"),
    from: reader.needed("from"),
    smtp: serverFrom(reader.part("smtp")),
    imap: { ...serverFrom(imap), mailbox: imap.string("mailbox") },
    authenticatedBy: reader.string("authenticatedBy"),
    timeoutMs: reader.seconds("timeoutSeconds"),
    pollMs: reader.seconds("pollSeconds"),
    lettersPerHour: reader.whole("lettersPerHour", 1, 10_000),
  };
  reader.done();
  return new EmailHuman(id, options);
}

function serverFrom(reader: SettingsReader): MailServer {
  return {
    host: reader.needed("host"),
    port: reader.whole("port", 1, 65_535),
    security: reader.choice("security", ["tls", "starttls", "none"]),
    user: reader.string("user"),
    password: reader.secret("passwordVariable"),
  };
}
