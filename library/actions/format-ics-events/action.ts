type Event = {
  summary: string;
  start: string;
  end?: string;
  timeZone?: string;
  uid?: string;
  description?: string;
  location?: string;
  url?: string;
  status?: "TENTATIVE" | "CONFIRMED" | "CANCELLED";
  categories?: string[];
  rule?: string;
  exceptDates?: string[];
  reminderMinutes?: number;
};
type FormatIcsEventsInput = { events: Event[]; stamp: string; calendarName?: string };
type FormatIcsEventsOutput = { text: string };

const MAX_LINE_BYTES = 75;
const PRIME = 0x01000193;
const TIME = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(:\d\d)?(Z?))?$/;

/** Writes events as an iCalendar file (RFC 5545). The stamp stands for the time of writing. */
export default function formatIcsEvents({
  events,
  stamp,
  calendarName,
}: FormatIcsEventsInput): FormatIcsEventsOutput {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Action Collective//formatIcsEvents//EN",
    "CALSCALE:GREGORIAN",
    ...text("X-WR-CALNAME", calendarName),
    ...events.flatMap((event) => linesOf(event, compact(stamp))),
    "END:VCALENDAR",
  ];
  return { text: lines.map(fold).join("\r\n").concat("\r\n") };
}

function linesOf(event: Event, stamp: string): string[] {
  const { summary, start, end, timeZone, reminderMinutes, rule } = event;
  if (timeZone !== undefined && formOf(start) !== "local")
    throw new Error(`"${summary}": a timeZone goes only with a start that has a time and no Z`);
  if (end !== undefined) checkOrder(summary, start, end);
  const exceptDates = event.exceptDates ?? [];
  const stray = exceptDates.find((date) => formOf(date) !== formOf(start));
  if (stray !== undefined)
    throw new Error(`"${summary}": write exceptDates in the form of the start, not ${stray}`);
  return [
    "BEGIN:VEVENT",
    `UID:${escaped(event.uid ?? madeUid(event))}`,
    `DTSTAMP:${stamp}`,
    time("DTSTART", start, timeZone),
    ...(end === undefined ? [] : [time("DTEND", end, timeZone)]),
    ...raw("RRULE", rule),
    ...exceptDates.map((date) => time("EXDATE", date, timeZone)),
    ...text("SUMMARY", summary),
    ...text("DESCRIPTION", event.description),
    ...text("LOCATION", event.location),
    ...raw("URL", event.url),
    ...raw("STATUS", event.status),
    ...raw("CATEGORIES", event.categories?.map(escaped).join(",")),
    ...(reminderMinutes === undefined ? [] : alarm(summary, reminderMinutes)),
    "END:VEVENT",
  ];
}

function alarm(summary: string, minutes: number): string[] {
  return [
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    ...text("DESCRIPTION", summary),
    `TRIGGER:-PT${minutes}M`,
    "END:VALARM",
  ];
}

/** The end is not part of the event: an all-day event of one day ends on the next. */
function checkOrder(summary: string, start: string, end: string): void {
  if (formOf(start) !== formOf(end))
    throw new Error(`"${summary}": write start and end in one form: both dates, both with Z or both without`);
  const [from, to] = [compact(start), compact(end)];
  if (to < from || (to === from && formOf(start) === "date"))
    throw new Error(
      `"${summary}": the end ${end} must come after the start ${start}; all-day events end on the day after their last`,
    );
}

function formOf(value: string): "date" | "local" | "utc" {
  if (!value.includes("T")) return "date";
  return value.endsWith("Z") ? "utc" : "local";
}

function time(name: string, value: string, timeZone: string | undefined): string {
  if (formOf(value) === "date") return `${name};VALUE=DATE:${compact(value)}`;
  return timeZone === undefined ? `${name}:${compact(value)}` : `${name};TZID=${timeZone}:${compact(value)}`;
}

/** 2024-03-05T10:00Z becomes 20240305T100000Z. */
function compact(value: string): string {
  const [, date = "", minute, second = ":00", zone] = TIME.exec(value) ?? [];
  const clock = minute === undefined ? "" : `T${minute}${second}`;
  const instant = Date.parse(`${date}${clock || "T00:00"}Z`);
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(date + clock))
    throw new Error(`${value} is no date or time of the calendar`);
  return (date + clock).replace(/[-:]/g, "") + (zone ?? "");
}

function text(name: string, value: string | undefined): string[] {
  return raw(name, value === undefined ? undefined : escaped(value));
}

function raw(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}:${value}`];
}

function escaped(value: string): string {
  return value.replace(/[\\;,]/g, "\\$&").replace(/\r\n?|\n/g, "\\n");
}

/** The same event gets the same id, so that a second import replaces the first. */
function madeUid(event: Event): string {
  let hash = 0x811c9dc5;
  for (const character of `${event.start} ${event.summary} ${event.location ?? ""}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), PRIME);
  return `${compact(event.start)}-${(hash >>> 0).toString(16)}@events.invalid`;
}

/** Lines longer than 75 bytes go on in the next one, after a blank, without cutting a character. */
function fold(line: string): string {
  const lines: string[] = [];
  let [start, at, bytes] = [0, 0, 0];
  for (const character of line) {
    const size = bytesOf(character);
    if (bytes + size > MAX_LINE_BYTES) {
      lines.push(line.slice(start, at));
      start = at;
      bytes = 1;
    }
    at += character.length;
    bytes += size;
  }
  lines.push(line.slice(start));
  return lines.join("\r\n ");
}

/** In UTF-8. */
function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
