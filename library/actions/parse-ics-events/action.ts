type ParseIcsEventsInput = { text: string };
type Person = { email: string; name?: string; status?: string };
type CalendarEvent = {
  uid: string;
  summary: string;
  start: string;
  end: string;
  allDay: boolean;
  timeZone?: string;
  description?: string;
  location?: string;
  url?: string;
  status?: string;
  categories?: string[];
  rule?: string;
  exceptDates?: string[];
  recurrenceId?: string;
  organiser?: Person;
  attendees?: Person[];
};
type ParseIcsEventsOutput = { calendarName?: string; events: CalendarEvent[] };
type Line = { name: string; parameters: Map<string, string>; value: string };

/** Of a week, day, hour, minute and second. */
const MILLISECONDS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];
const DURATION =
  /^([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;
const TIME = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;
/** A quoted parameter may hold colons, semicolons and commas. */
const PARAMETER = /^;([\w-]+)=("[^"]*"|[^";:]*)/;

/** Reads the events of a calendar (RFC 5545); alarms and time zone definitions are passed over. */
export default function parseIcsEvents({ text }: ParseIcsEventsInput): ParseIcsEventsOutput {
  const output: ParseIcsEventsOutput = { events: [] };
  const open: string[] = [];
  let event: Line[] = [];
  for (const line of unfold(text).map(readLine)) {
    const inner = open.at(-1);
    const block = line.value.toUpperCase();
    if (line.name === "BEGIN") {
      open.push(block);
      if (block === "VEVENT") event = [];
    } else if (line.name === "END") {
      if (inner !== block) throw new Error(`END:${line.value} closes nothing that is open`);
      if (block === "VEVENT") output.events.push(readEvent(event));
      open.pop();
    } else if (inner === "VEVENT") event.push(line);
    else if (line.name === "X-WR-CALNAME") output.calendarName = plain(line.value);
  }
  if (open.length > 0) throw new Error(`BEGIN:${open.at(-1)} is never ended: the text is cut off`);
  return output;
}

/** A line that starts with a blank continues the one before. */
function unfold(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replace(/\n[ \t]/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  if (/^BEGIN:/i.test(lines[0] ?? "")) return lines;
  throw new Error("This is not iCalendar text: it does not start with BEGIN:VCALENDAR");
}

function readLine(content: string): Line {
  const name = /^[\w-]+/.exec(content)?.[0] ?? "";
  const parameters = new Map<string, string>();
  let rest = content.slice(name.length);
  for (let match = PARAMETER.exec(rest); match !== null; match = PARAMETER.exec(rest)) {
    const [whole, key = "", value = ""] = match;
    parameters.set(key.toUpperCase(), value.replace(/"/g, ""));
    rest = rest.slice(whole.length);
  }
  if (name === "" || !rest.startsWith(":")) throw new Error(`Cannot read the line "${content.slice(0, 60)}"`);
  return { name: name.toUpperCase(), parameters, value: rest.slice(1).trimEnd() };
}

function readEvent(lines: Line[]): CalendarEvent {
  const all = (name: string) => lines.filter((line) => line.name === name);
  const raw = (name: string) => all(name)[0]?.value;
  const text = (name: string) => all(name).map(({ value }) => plain(value))[0];
  const [begin] = all("DTSTART");
  if (begin === undefined) throw new Error(`The event "${text("SUMMARY") ?? text("UID")}" has no DTSTART`);
  const start = readTime(begin.value);
  const end = raw("DTEND");
  return given({
    uid: text("UID") ?? "",
    summary: text("SUMMARY") ?? "",
    start,
    end: end === undefined ? endAfter(start, raw("DURATION")) : readTime(end),
    allDay: isDate(start),
    timeZone: begin.parameters.get("TZID"),
    description: text("DESCRIPTION"),
    location: text("LOCATION"),
    url: raw("URL"),
    status: raw("STATUS"),
    categories: filled(all("CATEGORIES").flatMap(({ value }) => splitList(value))),
    rule: raw("RRULE"),
    exceptDates: filled(all("EXDATE").flatMap(({ value }) => value.split(",").map(readTime))),
    recurrenceId: all("RECURRENCE-ID").map(({ value }) => readTime(value))[0],
    organiser: all("ORGANIZER").map(readPerson)[0],
    attendees: filled(all("ATTENDEE").map(readPerson)),
  });
}

/** 20240305 or 20240305T100000, with Z when in UTC. */
function readTime(value: string): string {
  const [, year, month, day, hour, minute, second, zone] = TIME.exec(value) ?? [];
  const date = `${year}-${month}-${day}`;
  const time = hour === undefined ? "" : `T${hour}:${minute}:${second}`;
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  const instant = Date.parse(`${date}${time || "T00:00"}Z`);
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(date + time))
    throw new Error(`"${value}" is no date or time of the calendar`);
  return date + time + (zone ?? "");
}

/** Without DTEND and DURATION, a day lasts a day and a point in time no time. */
function endAfter(start: string, duration: string | undefined): string {
  const [, sign, ...amounts] = DURATION.exec(duration ?? (isDate(start) ? "P1D" : "PT0S")) ?? [];
  if (sign === undefined) throw new Error(`Cannot read the duration "${duration}"`);
  const length = MILLISECONDS.reduce((sum, unit, index) => sum + unit * Number(amounts[index] ?? 0), 0);
  const clock = isDate(start) || start.endsWith("Z") ? start : `${start}Z`;
  const end = new Date(Date.parse(clock) + (sign === "-" ? -length : length)).toISOString();
  return isDate(start) ? end.slice(0, 10) : end.slice(0, 19) + start.slice(19);
}

function isDate(time: string): boolean {
  return !time.includes("T");
}

function readPerson({ parameters, value }: Line): Person {
  const email = value.replace(/^mailto:/i, "");
  return given({ email, name: parameters.get("CN"), status: parameters.get("PARTSTAT") });
}

/** At commas that no backslash stands before. */
function splitList(value: string): string[] {
  return (value.match(/(?:\\.|[^,\\])+/g) ?? []).map(plain);
}

function plain(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, letter: string) => (/n/i.test(letter) ? "\n" : letter));
}

function filled<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** Without the properties that the event does not have. */
function given<T extends object>(value: { [Key in keyof T]: T[Key] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
