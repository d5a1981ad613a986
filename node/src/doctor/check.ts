import type { Area, Check } from "./types.ts";

type Say = (name: string, message: string, remedy: string) => Check;

/** The words for checks of one area. */
export function checksOf(area: Area): {
  ok(name: string, message: string): Check;
  note(name: string, message: string, remedy?: string): Check;
  warning: Say;
  problem: Say;
} {
  const say =
    (status: Check["status"]): Say =>
    (name, message, remedy) => ({ area, name, status, message, remedy });
  return {
    ok: (name, message) => ({ area, name, status: "ok", message }),
    note: (name, message, remedy) => ({
      ...{ area, name, status: "note", message },
      ...(remedy === undefined ? {} : { remedy }),
    }),
    warning: say("warning"),
    problem: say("problem"),
  };
}

/** A span of time for people, e.g. "12 min". */
export function spanText(milliseconds: number): string {
  const seconds = Math.abs(milliseconds) / 1000;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds / 86_400)} days`;
}

export function bytesText(bytes: number): string {
  return bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.floor(bytes / 1024 ** 2)} MB`;
}
