/** Of a mail that was parsed, what is judged. Names of headers are in lower case. */
export interface MailHead {
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  readonly from?: { readonly address?: string | undefined } | undefined;
}

export interface ReplyRules {
  /** The person's address. */
  readonly person: string;
  /** The receiving server's name in `Authentication-Results`; with it, only mail that passed DMARC there counts. */
  readonly authenticatedBy?: string | undefined;
}

export type JudgedReply =
  /** The last id is that of the mail it answers; those before led there. */
  | { readonly kind: "reply"; readonly ids: readonly string[] }
  | { readonly kind: "ignored"; readonly why: string };

const MOST_IDS = 100;
/** All that anybody could take for an address, wherever it stands in the header: programs read odd ones in different ways. */
const ADDRESSES = /[^\s<>()[\]\\,;:"]+@[^\s<>()[\]\\,;:"]+/g;
const AUTOMATIC_HEADERS = ["x-autoreply", "x-autorespond", "x-autoresponder", "list-id"];

/** Whether a person may have written this mail, and which mails it answers. */
export function judgeReply(mail: MailHead, { person, authenticatedBy }: ReplyRules): JudgedReply {
  const all = (key: string) => mail.headers.filter((header) => header.key === key).map(({ value }) => value);
  const froms = all("from");
  const address = mail.from?.address?.toLowerCase();
  // Programs disagree on which of several is shown and checked.
  if (froms.length !== 1 || address === undefined) return ignored("it has not exactly one sender");
  if (address !== person.toLowerCase()) return ignored("it is from somebody else");
  const named = froms[0]?.toLowerCase().match(ADDRESSES) ?? [];
  if (named.length === 0 || named.some((each) => each !== address))
    return ignored("it has not exactly one sender");
  const automatic = automaticBy(all);
  if (automatic !== undefined) return ignored(`a program wrote it (${automatic})`);
  const results = all("authentication-results")[0];
  if (authenticatedBy !== undefined && !isAuthentic(results, authenticatedBy, address))
    return ignored(`${authenticatedBy} does not vouch for its sender (dmarc=pass)`);
  const ids = [...all("references"), ...all("in-reply-to")].flatMap(
    (value) => value.match(/<[^<>\s]{1,250}>/g) ?? [],
  );
  return { kind: "reply", ids: ids.slice(-MOST_IDS) };
}

/** RFC 3834 §5 and what was in use before it; delivery reports are RFC 3464. */
function automaticBy(all: (key: string) => readonly string[]): string | undefined {
  if (all("auto-submitted").some((value) => !/^no\b/i.test(value.trim()))) return "auto-submitted";
  if (all("precedence").some((value) => /^(?:bulk|junk|list|auto_reply)\b/i.test(value.trim())))
    return "precedence";
  if (all("return-path").some((value) => value.replace(/\s/g, "") === "<>")) return "return-path";
  if (all("content-type").some((value) => /^multipart\/report\b/i.test(value.trim()))) return "report";
  return AUTOMATIC_HEADERS.find((key) => all(key).length > 0);
}

/**
 * RFC 8601: the receiving server writes its own result above all others, which a sender may have made up. It quotes what the
 * sender said elsewhere, so quotations and comments do not count, and one domain's pass says nothing of another's.
 */
function isAuthentic(topmost: string | undefined, server: string, address: string): boolean {
  const [name = "", ...results] = bare(topmost ?? "")
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const [result, ...others] = results.filter((each) => /^dmarc\s*[=/]/.test(each));
  if (name.split(/\s+/)[0] !== server.toLowerCase() || result === undefined || others.length > 0)
    return false;
  const domain = /\sheader\.from\s*=\s*(\S+)/.exec(result)?.[1];
  return /^dmarc\s*=\s*pass(?:\s|$)/.test(result) && domain === address.split("@").at(-1);
}

/** Without quoted strings and comments (RFC 5322 §3.2), which may stand in each other's texts. */
function bare(value: string): string {
  let [text, depth, quoted] = ["", 0, false];
  for (const [each] of value.matchAll(/\\.|./gs)) {
    if (each === '"' && depth === 0) quoted = !quoted;
    else if (quoted) continue;
    else if (each === "(") depth += 1;
    else if (each === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0) text += each;
  }
  return text;
}

function ignored(why: string): JudgedReply {
  return { kind: "ignored", why };
}
