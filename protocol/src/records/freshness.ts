import { NotFreshError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Kind } from "./bodies.ts";

/**
 * There is no lower bound: an old record says what it always said, until a higher revision replaces it.
 * @throws {NotFreshError} the record is dated further ahead than honest clocks differ (SPEC §4.3).
 */
export function assertFresh(record: { kind: Kind; created: number }, now: number): void {
  if (record.created > now + limits.clockSkewMs)
    throw new NotFreshError(
      `The ${record.kind} is dated ${Math.round((record.created - now) / 1000)} s in the future`,
    );
}
