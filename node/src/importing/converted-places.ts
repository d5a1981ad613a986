import { isDeepStrictEqual } from "node:util";
import type { Json } from "@action-collective/protocol";
import type { Converted, Path, Plain } from "./json-form.ts";

/** Where a value is a date, a set or a map, and JSON has something in its place. */
export interface Place {
  readonly path: Path;
  readonly kind: Converted;
}

/** Where values are dates, sets or maps at least as often as anything else. What is inside is made first. */
export function convertedPlaces(values: readonly (Plain | undefined)[]): Place[] {
  const counts = new Map<string, Place & { count: number }>();
  for (const value of values)
    for (const key of new Set(value?.converted.map((place) => JSON.stringify(place)))) {
      const known = counts.get(key) ?? { ...(JSON.parse(key) as Place), count: 0 };
      known.count += 1;
      counts.set(key, known);
    }
  const isMostly = ({ path, count }: Place & { count: number }) =>
    count * 2 >= values.filter((value) => value !== undefined && holdsAt(value.json, path)).length;
  return [...counts.values()]
    .filter(isMostly)
    .map(({ path, kind }) => ({ path, kind }))
    .toSorted((a, b) => b.path.length - a.path.length);
}

function holdsAt(json: Json, path: Path): boolean {
  return valuesAt(json, path).some((value) => value !== null);
}

/** All that stands at the places is what is put back there, and nothing else is. */
export function agrees({ json, converted }: Plain, places: readonly Place[]): boolean {
  return (
    converted.every((one) => places.some((place) => isDeepStrictEqual(place, one))) &&
    places.every(
      ({ path, kind }) =>
        valuesAt(json, path).filter((value) => value !== null).length ===
        converted.filter((one) => one.kind === kind && isDeepStrictEqual(one.path, path)).length,
    )
  );
}

/** Something at the places is as JSON like what is put back there, and was not that: a text where dates are. */
export function isConfusable({ json, converted }: Plain, places: readonly Place[]): boolean {
  return places.some(({ path, kind }) => {
    const alike = valuesAt(json, path).filter((value) =>
      kind === "date" ? typeof value === "string" : Array.isArray(value),
    );
    return (
      alike.length > converted.filter((one) => one.kind === kind && isDeepStrictEqual(one.path, path)).length
    );
  });
}

/** The values at a place. */
function valuesAt(json: Json, [key, ...rest]: Path): Json[] {
  if (key === undefined) return [json];
  if (key === null) return Array.isArray(json) ? json.flatMap((item) => valuesAt(item, rest)) : [];
  if (typeof json !== "object" || json === null || Array.isArray(json) || !Object.hasOwn(json, key))
    return [];
  return valuesAt(json[key] as Json, rest);
}

/** Whether a place holds dates. */
export function isDateAt(places: readonly Place[]): (path: Path) => boolean {
  const dates = new Set(places.filter(({ kind }) => kind === "date").map(({ path }) => JSON.stringify(path)));
  return (path) => dates.has(JSON.stringify(path));
}
