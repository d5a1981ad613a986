import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CollectiveError } from "@action-collective/protocol";

/** Names inside a peer's home that this file looks after. */
const KEY_FILE = "key";
const LOCK_FILE = "peer.lock";
const PID_FILE = "peer.pid";
/** Either says that a folder is a peer's home, or is being prepared as one. */
const MARKS = [KEY_FILE, LOCK_FILE, "config.json"];
/** What may lie in a folder that counts as empty: a mounted volume often has it. */
const HARMLESS = new Set(["lost+found", ".gitkeep", ".DS_Store"]);

const SEED_BYTES = 32;
/** Everybody but the owner. Windows has no such bits and reports them all set. */
const OTHERS = process.platform === "win32" ? 0 : 0o077;

/** The folder cannot be a home: not writable, not a folder, or full of something else. */
export class HomeUnusableError extends CollectiveError {
  constructor(home: string, why: string, options?: ErrorOptions) {
    super(
      "home-unusable",
      `${home} cannot be this peer's home: ${why}`,
      "Choose another folder with --home, or mend this one.",
      options,
    );
  }
}

/** A living peer holds this home. */
export class AlreadyRunningError extends CollectiveError {
  readonly pid: number | undefined;
  constructor(home: string, pid: number | undefined) {
    super(
      "already-running",
      `A peer already runs at ${home}${pid === undefined ? "" : ` (process ${pid})`}`,
      'Use it, stop it with "collective stop", or give this one another --home and --port.',
    );
    this.pid = pid;
  }
}

/** Others on this machine can read the key, so they may already be this peer. */
export class KeyExposedError extends CollectiveError {
  constructor(file: string, mode: number) {
    super(
      "key-exposed",
      `${file} can be read by others (mode ${(mode & 0o777).toString(8).padStart(4, "0")})`,
      `If nobody else has used this machine, run: chmod 600 ${file} — otherwise move the key away to begin with a new identity.`,
    );
  }
}

/** The key file holds no key. It is never overwritten: it may be the only copy of an identity. */
export class KeyDamagedError extends CollectiveError {
  constructor(file: string, why: string) {
    super(
      "key-damaged",
      `${file} does not hold a peer's key: ${why}`,
      "Put back a copy of it, or move it away to begin with a new identity (the old one's reputation is lost).",
    );
  }
}

/**
 * A peer's folder, held by one living process. The lock is the kernel's (an exclusive SQLite transaction on an
 * empty file), so that no `kill -9` leaves a stale one behind and no two peers can both believe they took it over.
 */
export class Home {
  readonly path: string;
  /** 32-byte ed25519 seed: the peer's identity. */
  readonly seed: Uint8Array;
  readonly #lock: DatabaseSync;

  private constructor(path: string, seed: Uint8Array, lock: DatabaseSync) {
    this.path = path;
    this.seed = seed;
    this.#lock = lock;
  }

  /**
   * Makes the folder (0700) and the key (0600) where there are none, and takes the lock.
   * @throws {HomeUnusableError | AlreadyRunningError | KeyExposedError | KeyDamagedError}
   */
  static async open(path: string): Promise<Home> {
    await prepareFolder(path);
    const lock = await takeLock(path);
    try {
      const seed = await loadSeed(join(path, KEY_FILE));
      await replaceFile(join(path, PID_FILE), `${process.pid}\n`);
      return new Home(path, seed, lock);
    } catch (error) {
      lock.close();
      throw error instanceof CollectiveError
        ? error
        : new HomeUnusableError(path, messageOf(error), { cause: error });
    }
  }

  /** The path of something inside the home. */
  file(name: string): string {
    return join(this.path, name);
  }

  async close(): Promise<void> {
    await rm(join(this.path, PID_FILE), { force: true });
    this.#lock.close();
  }
}

/**
 * The key of a home, whether a peer runs there or not. Unlike `Home.open` it takes no lock and makes nothing.
 * @returns a 32-byte ed25519 seed
 * @throws {HomeUnusableError | KeyExposedError | KeyDamagedError}
 */
export async function readSeed(home: string): Promise<Uint8Array> {
  try {
    return await readSeedFile(join(home, KEY_FILE));
  } catch (error) {
    if (error instanceof CollectiveError) throw error;
    const why = hasCode(error, "ENOENT") ? "it holds no key" : messageOf(error);
    throw new HomeUnusableError(home, why, { cause: error });
  }
}

/** Undefined when there is no such file. */
export async function readConfigText(home: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(join(home, name), "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return undefined;
    throw new HomeUnusableError(home, messageOf(error), { cause: error });
  }
}

/** Writes a file that only its owner can read, so that a reader sees the old content or the new, never half. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeDurably(temporary, text);
  await rename(temporary, path);
}

/** Why a folder that holds these names is somebody else's; undefined where it is a home, or empty. Pure. */
export function foreignIn(names: readonly string[]): string | undefined {
  const foreign = names.filter((name) => !HARMLESS.has(name));
  if (foreign.length === 0 || foreign.some((name) => MARKS.includes(name))) return undefined;
  return `it is not empty and no peer's home (it holds ${foreign[0]})`;
}

async function prepareFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const foreign = foreignIn(await readdir(path));
    if (foreign !== undefined) throw new HomeUnusableError(path, foreign);
    if (((await stat(path)).mode & OTHERS) !== 0) await chmod(path, 0o700);
  } catch (error) {
    if (error instanceof CollectiveError) throw error;
    throw new HomeUnusableError(path, messageOf(error), { cause: error });
  }
}

async function takeLock(home: string): Promise<DatabaseSync> {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(home, LOCK_FILE), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    const SQLITE_BUSY = 5;
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY)
      throw new AlreadyRunningError(home, await readPid(home));
    throw new HomeUnusableError(home, `${LOCK_FILE} cannot be locked: ${messageOf(error)}`, { cause: error });
  }
}

/** Who holds the lock, for the message: undefined when the holder has not written it yet. */
async function readPid(home: string): Promise<number | undefined> {
  const text = await readFile(join(home, PID_FILE), "utf8").catch(() => "");
  return /^\d+\n$/.test(text) ? Number(text) : undefined;
}

async function loadSeed(path: string): Promise<Uint8Array> {
  try {
    return await readSeedFile(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return createSeed(path);
    throw error;
  }
}

async function readSeedFile(path: string): Promise<Uint8Array> {
  const { mode, size } = await stat(path);
  if ((mode & OTHERS) !== 0) throw new KeyExposedError(path, mode);
  if (size > 1024) throw new KeyDamagedError(path, `it has ${size} bytes`);
  const text = (await readFile(path, "utf8")).trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new KeyDamagedError(path, "it is not one line of 64 hexadecimal digits");
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Only where no key is: the caller found none, and holds the home's lock. */
async function createSeed(path: string): Promise<Uint8Array> {
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  await replaceFile(path, `${Buffer.from(seed).toString("hex")}\n`);
  return seed;
}

async function writeDurably(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: "wx", flush: true });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
