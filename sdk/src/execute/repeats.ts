import { createHash } from "node:crypto";
import { isJsonObject, type Json } from "@action-collective/protocol";
import { taskLimits } from "./limits.ts";

/** What makes two calls the same call: function and arguments, whatever the order of keys. Pure. */
export function fingerprint(name: string, value: Json): string {
  return createHash("sha256")
    .update(`${name} ${JSON.stringify(ordered(value, 32))}`)
    .digest("base64url");
}

function ordered(value: Json, levels: number): Json {
  if (levels === 0) return null;
  if (Array.isArray(value)) return value.map((entry) => ordered(entry, levels - 1));
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return keys.map((key) => [key, ordered(value[key] ?? null, levels - 1)]);
}

/** The counts with one more of that call, and how many there are now. */
export function counted(
  seen: Readonly<Record<string, number>>,
  print: string,
): { readonly seen: Readonly<Record<string, number>>; readonly times: number } {
  const times = (seen[print] ?? 0) + 1;
  const room = times > 1 || Object.keys(seen).length < taskLimits.remembered;
  return { seen: room ? { ...seen, [print]: times } : seen, times };
}
