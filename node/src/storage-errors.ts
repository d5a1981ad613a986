import { CollectiveError } from "@action-collective/protocol";

/** The disk that holds the peer's home is full. */
export class DiskFullError extends CollectiveError {
  constructor(cause: unknown) {
    super(
      "disk-full",
      "The disk that holds the peer's home is full, or its quota is used up",
      "Free some room and try again; what was acknowledged before is safe.",
      { cause },
    );
  }
}

/** Another process holds the catalogue. */
export class CatalogueBusyError extends CollectiveError {
  constructor(cause: unknown) {
    super(
      "catalogue-busy",
      "The catalogue is locked by another program",
      "Close what has catalogue.sqlite open (a database browser, a backup), then try again.",
      { cause },
    );
  }
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_FULL = 13;

/** What the machine's storage did, in words a user can act on; undefined for anything else. */
export function storageError(error: unknown): CollectiveError | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    const code = "code" in cause ? cause.code : undefined;
    const sqlite = "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined;
    if (code === "ENOSPC" || code === "EDQUOT" || sqlite === SQLITE_FULL) return new DiskFullError(error);
    if (sqlite === SQLITE_BUSY || sqlite === SQLITE_LOCKED) return new CatalogueBusyError(error);
  }
  return undefined;
}
