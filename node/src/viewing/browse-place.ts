import type { ActionId } from "@action-collective/protocol";
import { UnknownCursorError } from "./errors.ts";

/** Where a page ended: the last action, and the value by which it stood there where that may change. */
export interface Place {
  readonly id: ActionId;
  readonly value: number;
}

/** Pure. */
export function cursorOf({ id, value }: Place): string {
  return `${value}~${id}`;
}

/** Pure. @throws {UnknownCursorError} */
export function placeOf(cursor: string): Place {
  const [value = "", id = "", ...more] = cursor.split("~");
  if (more.length > 0 || id === "" || !/^\d{1,15}(\.\d{1,20})?(e-\d{1,2})?$/u.test(value))
    throw new UnknownCursorError();
  return { id: id as ActionId, value: Number(value) };
}
