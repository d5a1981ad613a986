type Absence = { person: string; from: string; to: string };
type Past = { person: string; shifts: number };
type RotateShiftsInput = {
  people: string[];
  start: string;
  end: string;
  shifts?: string[];
  weekdays?: number[];
  skip?: string[];
  absences?: Absence[];
  before?: Past[];
  restDays?: number;
  share?: "equal" | "byPresence";
};
type Assignment = { date: string; weekday: string; shift: string; person: string };
type RotateShiftsOutput = {
  rota: Assignment[];
  unfilled: { date: string; shift: string }[];
  totals: { person: string; shifts: number; availableDays: number }[];
};
/** A person with what the rota has asked of them so far. */
type Member = {
  name: string;
  away: [number, number][];
  total: number;
  planned: number;
  perShift: Map<string, number>;
  last: number;
  available: number;
};

const MILLISECONDS_PER_DAY = 86_400_000;
const MAX_DAYS = 366;
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Each shift goes to whoever has had the fewest so far, then to whoever has waited longest. */
export default function rotateShifts(input: RotateShiftsInput): RotateShiftsOutput {
  const { shifts = ["duty"], restDays = 0, share = "equal" } = input;
  const load = ({ total, available }: Member) => (share === "equal" ? total : total / available);
  const members = readMembers(input);
  const output: RotateShiftsOutput = { rota: [], unfilled: [], totals: [] };
  for (const day of dutyDays(input)) {
    const date = isoDate(day);
    const present = members.filter(({ away }) => !away.some(([from, to]) => from <= day && day <= to));
    for (const member of present) member.available += 1;
    for (const shift of shifts) {
      const rested = present.filter(({ last }) => day - last > restDays);
      const [chosen] = rested.sort((a, b) => load(a) - load(b) || compare(a, b, shift));
      if (chosen === undefined) {
        output.unfilled.push({ date, shift });
        continue;
      }
      chosen.total += 1;
      chosen.planned += 1;
      chosen.perShift.set(shift, 1 + (chosen.perShift.get(shift) ?? 0));
      chosen.last = day;
      output.rota.push({ date, weekday: `${WEEKDAYS[weekdayOf(day)]}`, shift, person: chosen.name });
    }
  }
  output.totals = members.map(({ name, planned, available }) => ({
    person: name,
    shifts: planned,
    availableDays: available,
  }));
  return output;
}

/** Among equal loads. Sorting is stable, so that equals keep the order in which the people are listed. */
function compare(a: Member, b: Member, shift: string): number {
  const ofKind = (member: Member) => member.perShift.get(shift) ?? 0;
  return ofKind(a) - ofKind(b) || a.last - b.last;
}

function dutyDays({ start, end, weekdays, skip = [] }: RotateShiftsInput): number[] {
  const first = dayNumber(start);
  const length = dayNumber(end) - first + 1;
  if (length < 1) throw new Error(`The end ${end} lies before the start ${start}`);
  if (length > MAX_DAYS) throw new Error(`Plan at most ${MAX_DAYS} days at once`);
  const free = new Set(skip.map(dayNumber));
  const days = Array.from({ length }, (_, index) => first + index);
  return days.filter((day) => !free.has(day) && (weekdays?.includes(weekdayOf(day) + 1) ?? true));
}

function readMembers({ people, start, absences = [], before = [] }: RotateShiftsInput): Member[] {
  const longAgo = dayNumber(start) - MAX_DAYS;
  const members = new Map<string, Member>();
  for (const name of people)
    members.set(name, {
      name,
      away: [],
      total: 0,
      planned: 0,
      perShift: new Map(),
      last: longAgo,
      available: 0,
    });
  const find = (name: string) => {
    const member = members.get(name);
    if (member === undefined) throw new Error(`"${name}" is not one of the people`);
    return member;
  };
  for (const { person, from, to } of absences) {
    if (to < from) throw new Error(`The absence of "${person}" ends on ${to}, before it starts`);
    find(person).away.push([dayNumber(from), dayNumber(to)]);
  }
  for (const { person, shifts } of before) find(person).total += shifts;
  return [...members.values()];
}

/** 0 is Monday. */
function weekdayOf(day: number): number {
  return (new Date(day * MILLISECONDS_PER_DAY).getUTCDay() + 6) % 7;
}

function isoDate(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

/** Days since 1970-01-01. */
function dayNumber(date: string): number {
  const time = Date.parse(`${date}T00:00:00Z`);
  // Parsers roll 30 February over into March: only a date that comes back unchanged exists.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date)
    throw new Error(`${date} is not a date of the calendar`);
  return time / MILLISECONDS_PER_DAY;
}
