type Format = "auto" | "logfmt" | "common";
type Field = string | number | boolean | null;
type LogRecord = Record<string, Field>;
type ParseLogLinesInput = { text: string; format?: Format };
type ParseLogLinesOutput = { records: LogRecord[]; unread: { line: number; text: string }[] };

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"';
/** host ident user [time] "request" status bytes, and in the combined format also "referer" "user agent". */
const COMMON = new RegExp(
  `^(\\S+) (\\S+) (.+?) \\[(\\d{2})/(\\w{3})/(\\d{4}):(\\d\\d:\\d\\d:\\d\\d) ([+-]\\d\\d)(\\d\\d)\\] ${QUOTED} (\\d{3}) (\\d+|-)(?: ${QUOTED} ${QUOTED})?`,
);
const PAIR = /\s*([^\s="]+)(?:=(?:"((?:[^"\\]|\\.)*)"(?=\s|$)|([^\s"]*)(?=\s|$))|(?=\s|$))/y;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const NUMBER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?$/;

/** Lines of a log to records; lines that fit no format are listed apart, never dropped. */
export default function parseLogLines({ text, format = "auto" }: ParseLogLinesInput): ParseLogLinesOutput {
  const output: ParseLogLinesOutput = { records: [], unread: [] };
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === "") continue;
    const common = format === "logfmt" ? undefined : readCommon(line);
    const record = common ?? (format === "common" ? undefined : readLogfmt(line));
    if (record === undefined) output.unread.push({ line: index + 1, text: line });
    else output.records.push(record);
  }
  return output;
}

function readCommon(line: string): LogRecord | undefined {
  const match = COMMON.exec(line);
  if (match === null) return undefined;
  const [
    ,
    host = "",
    ident = "",
    user = "",
    day,
    month = "",
    year,
    time,
    hours,
    minutes,
    request = "",
    status,
    bytes,
    referer,
    agent,
  ] = match;
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return undefined;
  const [method, path, protocol] = unescaped(request).split(" ");
  const isRequest = path !== undefined;
  return {
    host,
    ident: orNull(ident),
    user: orNull(user),
    time: `${year}-${String(number).padStart(2, "0")}-${day}T${time}${hours}:${minutes}`,
    request: unescaped(request),
    method: isRequest ? (method ?? null) : null,
    path: path ?? null,
    protocol: protocol ?? null,
    status: Number(status),
    bytes: bytes === "-" ? 0 : Number(bytes),
    ...(referer === undefined ? {} : { referer: orNull(unescaped(referer)) }),
    ...(agent === undefined ? {} : { userAgent: orNull(unescaped(agent)) }),
  };
}

/** In these logs a hyphen says that there is nothing. */
function orNull(text: string): string | null {
  return text === "-" ? null : text;
}

/** key=value pairs; a key alone is true. A line without any pair is a sentence, not a record. */
function readLogfmt(line: string): LogRecord | undefined {
  const fields = new Map<string, Field>();
  const lexer = new RegExp(PAIR);
  let hasPair = false;
  while (lexer.lastIndex < line.length) {
    const match = lexer.exec(line);
    if (match === null) return undefined;
    const [, key = "", quoted, plain] = match;
    if (quoted !== undefined || plain !== undefined) hasPair = true;
    fields.set(key, quoted === undefined ? plainValue(plain) : unescaped(quoted));
  }
  return hasPair ? Object.fromEntries(fields) : undefined;
}

function plainValue(text = "true"): Field {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null" || text === "") return null;
  return NUMBER.test(text) ? Number(text) : text;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}
