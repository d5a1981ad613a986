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

/** The system lets this process open no more files, pipes and connections. */
export class NoFileHandlesError extends CollectiveError {
  constructor(cause: unknown) {
    super(
      "no-file-handles",
      "This peer has no file handles left: the system lets it open no more files, pipes and connections",
      'Raise the limit ("ulimit -n 4096" before it starts, LimitNOFILE= in a service file) and try again.',
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

const NO_ROOM = /\b(ENOSPC|EDQUOT)\b|No space left on device|Disk quota exceeded/;
/** What the system says of it, for libraries that keep only its words. */
export const NO_HANDLES = /\b(EMFILE|ENFILE)\b|Too many open files/;

/** blockstore-fs and LevelDB keep of the system's error only what it says. No stranger's text is in theirs. */
function toldBy(error: Error, code: unknown): string {
  const keepsWordsOnly = error.name === "PutFailedError" || String(code).startsWith("LEVEL_");
  return keepsWordsOnly ? error.message : "";
}

/** What the machine's storage did, in words a user can act on; undefined for anything else. */
export function storageError(error: unknown): CollectiveError | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (cause instanceof NoFileHandlesError) return cause;
    const code = "code" in cause ? cause.code : undefined;
    const sqlite = "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode & 0xff : undefined;
    const told = toldBy(cause, code);
    if (code === "ENOSPC" || code === "EDQUOT" || sqlite === SQLITE_FULL || NO_ROOM.test(told))
      return new DiskFullError(error);
    if (code === "EMFILE" || code === "ENFILE" || NO_HANDLES.test(told)) return new NoFileHandlesError(error);
    if (sqlite === SQLITE_BUSY || sqlite === SQLITE_LOCKED) return new CatalogueBusyError(error);
  }
  return undefined;
}
