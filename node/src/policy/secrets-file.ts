import { open } from "node:fs/promises";
import { join } from "node:path";
import { type ActionId, describeIssue } from "@action-collective/protocol";
import { z } from "zod";
import { SecretsFileError } from "./errors.ts";

export const SECRETS_FILE = "secrets.json";

/** Everybody but the owner. Windows has no such bits and reports them all set. */
const OTHERS = process.platform === "win32" ? 0 : 0o077;
const MOST_BYTES = 256 * 1024;
/** Shorter values would be found, and blotted out, all over honest text. */
const LEAST_CHARACTERS = 8;

const secret = z.strictObject({
  value: z.string().min(LEAST_CHARACTERS, `must have at least ${LEAST_CHARACTERS} characters`).max(8192),
  /** Ids of the actions that may have it; there is no way to say "all". */
  actions: z.array(z.string().max(128)).max(256),
});
const file = z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be a NAME_LIKE_THIS"), secret);

/** The user's secrets by name, each with the actions that it was given to. */
export type Secrets = Readonly<Record<string, z.infer<typeof secret>>>;

/** Pure. @throws {SecretsFileError} */
export function parseSecrets(text: string, path: string): Secrets {
  const remedy = 'It holds { "NAME": { "value": "…", "actions": ["id"] } }.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new SecretsFileError(path, "is not JSON", remedy);
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SecretsFileError(
    path,
    issue === undefined ? "is not valid" : `is not valid: ${describeIssue(issue)}`,
    remedy,
  );
}

/** None where there is no file. @throws {SecretsFileError} also when others can read it */
export async function readSecrets(home: string): Promise<Secrets> {
  const path = join(home, SECRETS_FILE);
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new SecretsFileError(path, `cannot be read: ${error.code ?? "?"}`, "Mend its owner and mode.");
  });
  if (handle === undefined) return {};
  try {
    const { mode, size } = await handle.stat();
    if ((mode & OTHERS) !== 0)
      throw new SecretsFileError(
        path,
        "can be read by others",
        `Run: chmod 600 ${path} — and replace the secrets in it if anybody else uses this machine.`,
      );
    if (size > MOST_BYTES) throw new SecretsFileError(path, `has ${size} bytes`, "Keep only what is used.");
    return parseSecrets(await handle.readFile("utf8"), path);
  } finally {
    await handle.close();
  }
}

/** Those of the names that the user gave to this action, with their values. Pure. */
export function secretsFor(secrets: Secrets, id: ActionId, names: readonly string[]): Record<string, string> {
  const given = names.flatMap((name) => {
    const found = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    return found?.actions.includes(id) ? [[name, found.value] as const] : [];
  });
  return Object.fromEntries(given);
}
