type Tradition = "western" | "orthodox";
type MovableFeastsInput = { year: number; tradition?: Tradition };
type Feast = { name: string; date: string; weekday: string; daysFromEaster: number };
type MovableFeastsOutput = { easter: string; feasts: Feast[] };

const MILLISECONDS_PER_DAY = 86_400_000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MARCH = 2;

/** Days from Easter Sunday. */
const FEASTS: Record<Tradition, [number, string][]> = {
  western: [
    [-48, "Shrove Monday"],
    [-47, "Shrove Tuesday"],
    [-46, "Ash Wednesday"],
    [-7, "Palm Sunday"],
    [-3, "Maundy Thursday"],
    [-2, "Good Friday"],
    [-1, "Holy Saturday"],
    [0, "Easter Sunday"],
    [1, "Easter Monday"],
    [7, "Divine Mercy Sunday"],
    [39, "Ascension Day"],
    [49, "Pentecost"],
    [50, "Whit Monday"],
    [56, "Trinity Sunday"],
    [60, "Corpus Christi"],
    [68, "Sacred Heart"],
  ],
  orthodox: [
    [-56, "Meatfare Sunday"],
    [-49, "Forgiveness Sunday"],
    [-48, "Clean Monday"],
    [-42, "Sunday of Orthodoxy"],
    [-8, "Lazarus Saturday"],
    [-7, "Palm Sunday"],
    [-3, "Great Thursday"],
    [-2, "Great Friday"],
    [-1, "Great Saturday"],
    [0, "Pascha"],
    [1, "Bright Monday"],
    [7, "Thomas Sunday"],
    [24, "Mid-Pentecost"],
    [39, "Ascension"],
    [49, "Pentecost"],
    [50, "Day of the Holy Spirit"],
    [56, "All Saints' Sunday"],
  ],
};

/** Easter and the feasts that keep their distance from it, all as dates of the Gregorian calendar. */
export default function movableFeasts({
  year,
  tradition = "western",
}: MovableFeastsInput): MovableFeastsOutput {
  const easter = tradition === "western" ? westernEaster(year) : orthodoxEaster(year);
  const feasts = FEASTS[tradition].map(([daysFromEaster, name]) => {
    const date = new Date((easter + daysFromEaster) * MILLISECONDS_PER_DAY);
    return { name, date: isoDate(date), weekday: `${WEEKDAYS[date.getUTCDay()]}`, daysFromEaster };
  });
  return { easter: isoDate(new Date(easter * MILLISECONDS_PER_DAY)), feasts };
}

/** The Sunday after the ecclesiastical full moon, after Gauss with the corrections of the Gregorian reform. */
function westernEaster(year: number): number {
  const century = Math.floor(year / 100);
  const leapDaysDropped = century - Math.floor(century / 4);
  const moonShift = Math.floor((8 * century + 13) / 25);
  const age = modulo(19 * (year % 19) + 15 + leapDaysDropped - moonShift, 30);
  // Two ages of the moon would put the full moon too late: they move a day forward.
  const isTooLate = age === 29 || (age === 28 && year % 19 > 10);
  return sundayAfter(marchDay(year, 21 + age - (isTooLate ? 1 : 0)));
}

/** The Julian rule, whose 21 March falls ever later in the Gregorian calendar. */
function orthodoxEaster(year: number): number {
  const century = Math.floor(year / 100);
  const lag = century - Math.floor(century / 4) - 2;
  return sundayAfter(marchDay(year, 21 + ((19 * (year % 19) + 15) % 30) + lag));
}

function sundayAfter(fullMoon: number): number {
  // Day 0, 1970-01-01, was a Thursday: day 3 was a Sunday.
  return fullMoon + 7 - modulo(fullMoon - 3, 7);
}

/** Days since 1970-01-01. */
function marchDay(year: number, day: number): number {
  return new Date(0).setUTCFullYear(year, MARCH, day) / MILLISECONDS_PER_DAY;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}
