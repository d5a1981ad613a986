type ConvertTimeOffsetInput = { time: string; to: string; from?: string };
type ConvertTimeOffsetOutput = {
  time: string;
  utc: string;
  date: string;
  clock: string;
  weekday: string;
  dayShift: number;
  epochMilliseconds: number;
};

const MINUTE = 60_000;
const DAY = 86_400_000;
const MAX_OFFSET = 18 * 60;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(.*)$/i;
const OFFSET = /^(?:UTC|GMT)?(?:([+\u2212-])(\d{1,2})(?::?([0-5]\d))?)?$/;

/** The same moment on a clock with another offset from UTC. */
export default function convertTimeOffset({
  time,
  to,
  from,
}: ConvertTimeOffsetInput): ConvertTimeOffsetOutput {
  const [, date = "", hour, minute, second = "00", fraction = "", own = ""] = TIME.exec(time) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || isoDate(midnight) !== date)
    throw new Error(`"${time}" is not a date and time: write 2024-03-05T10:00:00+01:00`);
  const clock = clockOf(Number(hour), Number(minute), Number(second), fraction);
  if (clock === undefined) throw new Error(`"${time}" has no time of day from 00:00:00 to 24:00:00`);
  const source = own === "" ? from : own;
  if (source === undefined)
    throw new Error(`"${time}" has no offset: add one, such as Z or +01:00, or give it as from`);
  const epoch = midnight + clock - readOffset(source) * MINUTE;
  const offset = readOffset(to);
  const local = epoch + offset * MINUTE;
  return {
    time: `${isoTime(local)}${offset === 0 ? "Z" : writeOffset(offset)}`,
    utc: `${isoTime(epoch)}Z`,
    date: isoDate(local),
    clock: isoTime(local).slice(11),
    weekday: `${WEEKDAYS[new Date(local).getUTCDay()]}`,
    dayShift: Math.round((Date.parse(isoDate(local)) - midnight) / DAY),
    epochMilliseconds: epoch,
  };
}

/** Milliseconds since midnight; finer fractions are cut off. 24:00 is the end of the day. */
function clockOf(hour: number, minute: number, second: number, fraction: string): number | undefined {
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
  return minute < 60 && second < 60 && clock <= DAY ? clock : undefined;
}

/** Minutes east of UTC. */
function readOffset(text: string): number {
  const plain = text.trim().toUpperCase();
  const match = OFFSET.exec(plain);
  if (plain === "Z") return 0;
  const [, sign, hours = "0", minutes = "0"] = match ?? [];
  const size = Number(hours) * 60 + Number(minutes);
  if (match === null || plain === "" || size > MAX_OFFSET)
    throw new Error(
      `"${text}" is not an offset from UTC: write Z, +05:30 or UTC-8; names of time zones are not known here`,
    );
  return sign === "+" ? size : -size;
}

function writeOffset(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** Without the fraction when it is zero. */
function isoTime(time: number): string {
  const text = new Date(time).toISOString().replace(/(\.000)?Z$/, "");
  if (/^\d{4}-/.test(text)) return text;
  throw new Error("The result lies outside the years 0000 to 9999");
}

function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function pad(number: number): string {
  return `${number}`.padStart(2, "0");
}
