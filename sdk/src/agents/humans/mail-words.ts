/** Stands at the top of every question by mail; what a reply quotes begins there, in whatever language its program quotes. */
export const MAIL_MARKER = "--- Please write your answer above this line ---";

const MARKER = /write your answer above this line/i;
const QUOTED = /^\s{0,3}>/;
const ORIGINAL = /^\s*-{2,}\s*(?:original|forwarded) message\s*-{2,}\s*$/i;
const FROM_LINE = /^\s*\*?from:\*?\s+\S/i;
const HEADER_LINE = /^\s*\*?(?:sent|date|to|cc|subject):\*?\s/i;
/** RFC 3676 §4.3 says "-- " with its blank, which many programs lose. */
const SIGNATURE = /^--\s?$/;
const SENT_FROM =
  /^(?:sent from my \S.{0,60}|sent from (?:mail|outlook) for .{0,60}|get outlook for .{0,60})$/i;

/**
 * What a person wrote in a reply: without what it quotes, the line before that ("On … wrote:"), and signatures. Where nothing
 * stands above the quotation, it is what stands between and below its lines.
 */
export function ownWords(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const end = lines.findIndex((_, at) => beginsQuotation(lines, at));
  const above = withoutSignature(
    withoutAttribution(end === -1 ? lines : lines.slice(0, end), end !== -1).filter(
      (line) => !QUOTED.test(line),
    ),
  );
  if (above !== "" || end === -1) return above;
  // The quotation's own lines are only known where they are marked.
  if (!QUOTED.test(lines[end] ?? "")) return "";
  const below = lines.slice(end).filter((line) => !QUOTED.test(line));
  return withoutSignature(below);
}

function beginsQuotation(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  if (MARKER.test(line) || ORIGINAL.test(line)) return true;
  return FROM_LINE.test(line) && lines.slice(at + 1, at + 5).some((next) => HEADER_LINE.test(next));
}

/** Drops quoted and empty lines at the end, and then the paragraph that announces them. */
function withoutAttribution(lines: readonly string[], cut: boolean): readonly string[] {
  let end = lines.length;
  const isTail = (line: string | undefined) =>
    line !== undefined && (line.trim() === "" || QUOTED.test(line) || /^\s*_{10,}\s*$/.test(line));
  while (end > 0 && isTail(lines[end - 1])) end -= 1;
  const quoted = cut || lines.slice(end).some((line) => QUOTED.test(line));
  if (!quoted || !/:\s*$/.test(lines[end - 1] ?? "")) return lines.slice(0, end);
  let start = end - 1;
  while (start > 0 && end - start < 3 && (lines[start - 1] ?? "").trim() !== "") start -= 1;
  // Whoever announces a quotation names a time or an address; a person's own "I would take:" stays.
  const announces = /@|\d{1,2}[:.]\d{2}|\d{4}/.test(lines.slice(start, end).join(" "));
  return lines.slice(0, announces ? start : end);
}

function withoutSignature(lines: readonly string[]): string {
  const at = lines.findIndex((line) => SIGNATURE.test(line));
  const kept = (at === -1 ? lines : lines.slice(0, at)).join("\n").trim().split("\n");
  while (SENT_FROM.test((kept.at(-1) ?? "").trim())) kept.pop();
  return kept.join("\n").trim();
}
