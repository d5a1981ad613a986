import { isLoopback } from "./door.ts";
import { HumanSettingsError } from "./errors.ts";

/** `tls`: from the first byte on; `starttls`: before anything else is said; `none`: only on this machine. */
export type MailSecurity = "tls" | "starttls" | "none";

export interface MailServer {
  readonly host: string;
  readonly port?: number | undefined;
  /** By the port unless given: `starttls` for 25, 587 and 143, else `tls`. */
  readonly security?: MailSecurity | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** An authority's certificate (PEM) that is trusted in place of the usual ones, for a server of one's own. */
  readonly ca?: string | undefined;
}

export interface EmailSettings {
  /** The person's address: questions go there, and only mail from there is an answer. */
  readonly to: string;
  /** The agents' own address, whose mailbox `imap` is. */
  readonly from: string;
  readonly smtp: MailServer;
  readonly imap: MailServer & { readonly mailbox?: string | undefined };
  /** The receiving server's name in `Authentication-Results`; with it, only mail that passed DMARC there counts as an answer. */
  readonly authenticatedBy?: string | undefined;
}

export interface CheckedServer {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly tls: { readonly ca?: string; readonly minVersion: "TLSv1.2" };
}

/** RFC 5321's limits; quoted local parts, which nobody has, are left out, and domains stand in their ASCII form. */
const ADDRESS = /^[^\s<>()[\]\\,;:@"\p{Cc}]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/iu;
const PLAIN_PORTS = [25, 143, 587];

/** @throws {HumanSettingsError} with everything that is wrong; passwords are never quoted */
export function checkEmail(settings: EmailSettings): {
  readonly smtp: CheckedServer;
  readonly imap: CheckedServer & { readonly mailbox: string };
} {
  const { to, from, smtp, imap } = settings;
  const problems: string[] = [];
  if (!ADDRESS.test(to)) problems.push("`to` is no e-mail address");
  if (!ADDRESS.test(from)) problems.push("`from` is no e-mail address");
  if (to.toLowerCase() === from.toLowerCase()) problems.push("`to` and `from` are the same mailbox");
  const out = checkServer("smtp", smtp, 465, problems);
  const back = checkServer("imap", imap, 993, problems);
  if (back.login === undefined) problems.push("`imap` needs `user` and `password`");
  const mailbox = imap.mailbox ?? "INBOX";
  if (mailbox === "" || mailbox.length > 255) problems.push("`imap.mailbox` is no mailbox's name");
  if (problems.length > 0) throw new HumanSettingsError("the e-mail contact", problems);
  return { smtp: out, imap: { ...back, mailbox } };
}

function checkServer(name: string, server: MailServer, usual: number, problems: string[]): CheckedServer {
  const { host, port = usual, user, password, ca } = server;
  const { security = PLAIN_PORTS.includes(port) ? "starttls" : "tls" } = server;
  if (host === "" || /[\s/@]/.test(host)) problems.push(`\`${name}.host\` is no host's name`);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) problems.push(`\`${name}.port\` is no port`);
  if (security === "none" && !isLoopback(host))
    problems.push(`\`${name}\`: "none" is for this machine alone; use "tls" or "starttls"`);
  if ((user === undefined) !== (password === undefined))
    problems.push(`\`${name}\` has only one of \`user\` and \`password\``);
  const login = user === undefined || password === undefined ? undefined : { user: user, pass: password };
  return {
    ...{ host, port, security, login },
    tls: { minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) },
  };
}
