/**
 * Time as verification lets it pass: it starts at a given moment, and goes on by a millisecond with every reading
 * and by its delay with every timer that fires. So two peers read the same times, and a loop that waits for the
 * clock still ends. A real run has the real clock.
 */
import { apply, construct, defineProperties, defineProperty, larger, ownProperty } from "./primordials.js";

const { Date: RealDate, Temporal, Performance } = globalThis;
const formats = globalThis.Intl.DateTimeFormat.prototype;

/** @param {number} start milliseconds since 1970 */
export function startClock(start) {
  let now = start;
  const read = () => now++;

  replaceDate(read);
  defineProperty(Performance.prototype, "now", { value: () => read() - start });
  defineProperty(Performance.prototype, "timeOrigin", { get: () => start });
  replaceFormats(read);
  replaceTemporal(read);
  for (const name of ["setTimeout", "setInterval"])
    replaceTimer(name, {
      due: (delay) => now + delay,
      reached: (moment) => {
        now = larger(now, moment);
      },
    });
}

/** @param {() => number} read */
function replaceDate(read) {
  function ClockedDate(...parts) {
    if (new.target === undefined) return `${new RealDate(read())}`;
    return construct(RealDate, parts.length === 0 ? [read()] : parts, new.target);
  }
  defineProperties(ClockedDate, {
    name: { value: "Date" },
    length: { value: 7 },
    prototype: { value: RealDate.prototype, writable: false },
    now: { value: read, writable: true, configurable: true },
    parse: { value: RealDate.parse, writable: true, configurable: true },
    UTC: { value: RealDate.UTC, writable: true, configurable: true },
  });
  defineProperty(RealDate.prototype, "constructor", { value: ClockedDate });
  defineProperty(globalThis, "Date", { value: ClockedDate });
}

/** `format()` of no date means now. @param {() => number} read */
function replaceFormats(read) {
  const { get } = ownProperty(formats, "format");
  defineProperty(formats, "format", {
    get() {
      const format = apply(get, this, []);
      return (date) => format(date === undefined ? read() : date);
    },
  });
  const { formatToParts } = formats;
  defineProperty(formats, "formatToParts", {
    value(date) {
      return apply(formatToParts, this, [date === undefined ? read() : date]);
    },
  });
}

/** @param {() => number} read */
function replaceTemporal(read) {
  if (Temporal === undefined) return;
  const { Now, Instant } = Temporal;
  const instant = () => Instant.fromEpochMilliseconds(read());
  const zoned = (zone = "UTC") => instant().toZonedDateTimeISO(zone);
  const readings = {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (zone) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone) => zoned(zone).toPlainTime(),
  };
  for (const name in readings) defineProperty(Now, name, { value: readings[name] });
}

/**
 * Only once somebody asks for it: the mere mention of a timer loads Node's, 10 ms of CPU time.
 * @param {string} name @param {{ due: (delay: number) => number, reached: (moment: number) => void }} time
 */
function replaceTimer(name, { due, reached }) {
  const { get, enumerable } = ownProperty(globalThis, name);
  if (get === undefined) return;
  let timer;
  const replaced = (value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable });
  defineProperty(globalThis, name, {
    get() {
      if (timer !== undefined) return timer;
      const real = apply(get, globalThis, []);
      timer = (callback, delay, ...values) => {
        if (typeof callback !== "function") return real(callback, delay, ...values);
        const wait = delay > 0 ? +delay : 0;
        let moment = due(wait);
        const fired = (...given) => {
          reached(moment);
          moment += wait;
          apply(callback, undefined, given);
        };
        return real(fired, delay, ...values);
      };
      return timer;
    },
    set: replaced,
    enumerable,
    configurable: true,
  });
}
