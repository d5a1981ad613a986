import { open, statfs } from "node:fs/promises";
import { devNull } from "node:os";
import type { Log, LogLevel } from "./network/options.ts";

/** What the machine is like at one moment. */
export interface MachineState {
  /** The wall clock, in milliseconds since 1970, and one that nobody can set, in milliseconds. */
  readonly wall: number;
  readonly steady: number;
  /** False: the system lets this process open nothing more. */
  readonly handles: boolean;
  /** Bytes that this user may still write where the home is; undefined where the system does not say. */
  readonly freeBytes: number | undefined;
}

export interface Remark {
  readonly level: LogLevel;
  readonly message: string;
}

/** Milliseconds between two looks. */
const EVERY_MS = 5_000;
/** Clocks are corrected by less all the time; records may be dated minutes ahead. */
const CLOCK_STEP_MS = 60_000;
/** The catalogue's log and LevelDB's grow by a few megabytes before they are folded in. */
const LITTLE_ROOM_BYTES = 16 * 1024 * 1024;

/** What changed between two looks that the user should know of: each is said once, and once more when it is over. */
export function remarksOn(before: MachineState, now: MachineState): Remark[] {
  const remarks: Remark[] = [];
  const step = now.wall - before.wall - (now.steady - before.steady);
  if (Math.abs(step) >= CLOCK_STEP_MS) remarks.push({ level: "warn", message: clockMessage(step) });
  if (before.handles && !now.handles)
    remarks.push({
      level: "error",
      message: "no file handles are left: nothing can be opened, started or connected; raise ulimit -n",
    });
  if (!before.handles && now.handles)
    remarks.push({ level: "warn", message: "there are file handles again; the peer goes on as before" });
  const [had, has] = [hasRoom(before), hasRoom(now)];
  if (had && !has)
    remarks.push({
      level: "error",
      message: "the disk that holds the home is full or nearly so: nothing new is kept until there is room",
    });
  if (!had && has) remarks.push({ level: "warn", message: "there is room on the disk again" });
  return remarks;
}

/** Looks every few seconds and says what it finds, until it is disposed of. The first look is a moment after. */
export function watchMachine(home: string, log: Log): Disposable {
  let before: MachineState = {
    wall: Date.now(),
    steady: performance.now(),
    handles: true,
    freeBytes: undefined,
  };
  let looking = false;
  const timer = setInterval(async () => {
    // A disk that hangs holds up this look; the others must not pile up behind it.
    if (looking) return;
    looking = true;
    const now = await look(home);
    looking = false;
    for (const { level, message } of remarksOn(before, now)) log(level, message);
    before = now;
  }, EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function look(home: string): Promise<MachineState> {
  const [handles, freeBytes] = await Promise.all([canOpen(), freeAt(home)]);
  return { wall: Date.now(), steady: performance.now(), handles, freeBytes };
}

async function canOpen(): Promise<boolean> {
  try {
    await (await open(devNull)).close();
    return true;
  } catch (error) {
    return !(
      error instanceof Error &&
      "code" in error &&
      (error.code === "EMFILE" || error.code === "ENFILE")
    );
  }
}

async function freeAt(home: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(home);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function hasRoom({ freeBytes }: MachineState): boolean {
  return freeBytes === undefined || freeBytes >= LITTLE_ROOM_BYTES;
}

function clockMessage(step: number): string {
  const size = `${(Math.abs(step) / 3_600_000).toFixed(1)} h`;
  return step > 0
    ? `the clock went forward by ${size} at once: it was set, or this machine slept; if it is wrong, others do not accept what is published until it is right`
    : `the clock was set back by ${size}: what others publish may seem to come from the future and is kept out until it is right`;
}
