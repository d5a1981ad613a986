type ExtractInput = { text: string };
type ExtractOutput = { urls: string[]; emails: string[] };
type Span = { start: number; end: number };

/** RFC 5321: at most 64 characters before the @ and 255 after it. They also keep the search linear. */
const MAX_LOCAL_PART = 64;
const MAX_DOMAIN = 255;
const URL_START = /(?<![a-z0-9@._/-])(?:https?:\/\/|www\.)(?=[a-z0-9]|\[[a-f0-9:])/gi;
const NEVER_IN_URL = /[\s<>"`{}|\\^]/;
const ANOTHER_URL = /^[,;]https?:\/\//i;
const LONGEST_SCHEME = ",https://".length;
const CLOSERS: ReadonlyMap<string, string> = new Map([
  [")", "("],
  ["]", "["],
]);
const OPENERS = [...CLOSERS.values()];
/** At the end of an address these belong to the sentence around it. */
const SENTENCE_MARKS = new Set([...".,;:!?'*_", ...OPENERS]);
const LOCAL_CHARACTER = /[a-z0-9.!#$%&'*+/=?^_`{|}~-]/i;
const DOMAIN_CHARACTER = /[a-z0-9.-]/i;
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const TOP_LEVEL = /^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/i;

/** Finds web addresses and e-mail addresses in running text; each is listed once, in order of appearance. */
export default function extractUrlsAndEmails({ text }: ExtractInput): ExtractOutput {
  const urls = findUrls(text);
  const emails = findEmails(blank(text, urls));
  return {
    urls: [...new Set(urls.map(({ start, end }) => text.slice(start, end)))],
    emails: [...new Set(emails)],
  };
}

function findUrls(text: string): Span[] {
  const urls: Span[] = [];
  let end = 0;
  for (const { index: start } of text.matchAll(URL_START)) {
    if (start < end) continue; // an address inside the query of the one before
    end = endOfUrl(text, start);
    urls.push({ start, end });
  }
  return urls;
}

/** Brackets are part of an address only if they were opened inside it. */
function endOfUrl(text: string, start: number): number {
  const open: string[] = [];
  let end = start;
  for (; end < text.length; end += 1) {
    const character = text.charAt(end);
    if (NEVER_IN_URL.test(character) || ANOTHER_URL.test(text.slice(end, end + LONGEST_SCHEME))) break;
    const opener = CLOSERS.get(character);
    if (opener !== undefined && open.pop() !== opener) break;
    if (OPENERS.includes(character)) open.push(character);
  }
  while (SENTENCE_MARKS.has(text.charAt(end - 1))) end -= 1;
  return end;
}

/** The text without its web addresses: what looks like e-mail inside of them is none. */
function blank(text: string, urls: Span[]): string {
  const starts = [0, ...urls.map(({ end }) => end)];
  return starts.map((start, index) => text.slice(start, urls[index]?.start)).join(" ");
}

function findEmails(text: string): string[] {
  const emails: string[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const local = localPartBefore(text, at);
    const domain = domainAfter(text, at);
    if (local !== "" && domain !== "") emails.push(`${local}@${domain}`);
  }
  return emails;
}

function localPartBefore(text: string, at: number): string {
  let start = at;
  while (LOCAL_CHARACTER.test(text.charAt(start - 1)) && at - start <= MAX_LOCAL_PART) start -= 1;
  // Quotes and dots before an address are the sentence's.
  const local = text.slice(start, at).replace(/^[.'`*{|]+/, "");
  return local.length > MAX_LOCAL_PART || local.endsWith(".") || local.includes("..") ? "" : local;
}

function domainAfter(text: string, at: number): string {
  let end = at + 1;
  while (DOMAIN_CHARACTER.test(text.charAt(end)) && end - at <= MAX_DOMAIN + 1) end += 1;
  const domain = text
    .slice(at + 1, end)
    .replace(/[.-]+$/, "")
    .toLowerCase();
  const labels = domain.split(".");
  const isName = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isName && domain.length <= MAX_DOMAIN && TOP_LEVEL.test(labels.at(-1) ?? "") ? domain : "";
}
