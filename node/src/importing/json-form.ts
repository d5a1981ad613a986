import { isJsonObject, type Json } from "@action-collective/protocol";
import type { Encoded } from "./recorded-calls.ts";

/** What JSON has no form for and is given another: a date is its ISO text, a set its items, a map its entries. */
export const CONVERTED = ["date", "set", "map"] as const;
export type Converted = (typeof CONVERTED)[number];

/** A place in a value: keys of objects, null for the items of a list. */
export type Path = readonly (string | null)[];

/** A recorded value as JSON, with the places where it was something else. */
export interface Plain {
  readonly json: Json;
  readonly converted: readonly { readonly path: Path; readonly kind: Converted }[];
  /** Somewhere it holds undefined: as a property it is left out, elsewhere it is null. */
  readonly holdsUndefined: boolean;
}

/** Undefined at the top: an argument that was not given, or nothing that was returned. */
export function isUndefined(value: Encoded): boolean {
  return isJsonObject(value) && value.$ === "undefined";
}

/** @returns why it has no JSON form, where it has none */
export function plainOf(value: Encoded, where: "argument" | "result"): Plain | { readonly why: string } {
  const converted: { path: Path; kind: Converted }[] = [];
  let holdsUndefined = false;
  let why: string | undefined;
  const list = (items: readonly Encoded[], path: Path) => items.map((item) => visit(item, [...path, null]));
  function visit(one: Encoded, path: Path): Json {
    if (Array.isArray(one)) return list(one, path);
    if (!isJsonObject(one)) return one;
    const { $: kind, v: inner = null } = one;
    switch (kind) {
      case undefined:
        return object(one, path);
      case "object":
        return object(inner as { [key: string]: Json }, path);
      case "undefined":
        holdsUndefined = true;
        return null;
      case "-0":
        if (where === "argument") why ??= "-0";
        return 0;
      case "date":
        converted.push({ path, kind });
        return inner;
      case "set":
      case "map":
        converted.push({ path, kind });
        return list(inner as Json[], path);
      default:
        why ??= String(kind);
        return null;
    }
  }
  function object(one: { readonly [key: string]: Json }, path: Path): Json {
    const entries = Object.entries(one).filter(([, inner]) => {
      if (!isUndefined(inner)) return true;
      holdsUndefined = true;
      return false;
    });
    return Object.fromEntries(entries.map(([key, inner]) => [key, visit(inner, [...path, key])]));
  }
  const json = visit(value, []);
  return why === undefined ? { json, converted, holdsUndefined } : { why };
}
