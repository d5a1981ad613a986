import { InSpaceAlreadyError, NotInSpaceError } from "./errors.ts";
import type { Node, Place } from "./types.ts";

const places = new WeakMap<Node, Place>();

/** Where a node is. @throws {NotInSpaceError} */
export function placeOf(node: Node): Place {
  const place = places.get(node);
  if (place === undefined) throw new NotInSpaceError(node.id);
  return place;
}

/** The same, or undefined for a node that is in no space. */
export function findPlace(node: Node): Place | undefined {
  return places.get(node);
}

/** For spaces only. @throws {InSpaceAlreadyError} */
export function takePlace(node: Node, place: Place): void {
  if (places.has(node)) throw new InSpaceAlreadyError(node.id);
  places.set(node, place);
}

/** For spaces only. */
export function givePlaceUp(node: Node): void {
  places.delete(node);
}
