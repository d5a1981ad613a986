import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import {
  describeIssue,
  type Policy,
  type PolicyChange,
  parseActionId,
  policyRequest,
  policySchema,
} from "@action-collective/protocol";
import { replaceFile } from "../home.ts";
import { isPeerId } from "../network-lists/address.ts";
import { InvalidPolicyError } from "./errors.ts";
import { MAX_POLICY_BYTES } from "./limits.ts";

export const POLICY_FILE = "policy.json";

/** Who else may write it decides for its owner. Windows has no such bits and reports them all set. */
const WRITABLE_BY_OTHERS = process.platform === "win32" ? 0 : 0o022;
/** A file made by anybody may name a thousand wrong ids. */
const PROBLEMS_NAMED = 10;

/** The policy in a peer's home; one that restricts nothing where there is no file. @throws {InvalidPolicyError} */
export async function readPolicy(home: string): Promise<Policy> {
  const path = join(home, POLICY_FILE);
  const text = await readBounded(path);
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidPolicyError(path, [`is not JSON: ${error instanceof Error ? error.message : error}`]);
  }
  return parsePolicy(value, path);
}

/** For its owner's eyes only; a reader sees the old one or the new one. @throws {InvalidPolicyError} too large */
export async function writePolicy(home: string, policy: Policy): Promise<void> {
  const text = `${JSON.stringify(policy, null, 2)}\n`;
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES)
    throw new InvalidPolicyError("What this would become", [
      `has more than ${MAX_POLICY_BYTES} bytes; long lists belong into a block list`,
    ]);
  await replaceFile(join(home, POLICY_FILE), text);
}

/** @param where for the message: the file, or what was asked for. @throws {InvalidPolicyError} naming what is wrong */
export function parsePolicy(value: unknown, where: string): Policy {
  const parsed = policySchema.safeParse(value);
  if (!parsed.success)
    throw new InvalidPolicyError(where, parsed.error.issues.slice(0, PROBLEMS_NAMED).map(describeIssue));
  const problems = problemsOf(parsed.data);
  if (problems.length > 0) throw new InvalidPolicyError(where, problems.slice(0, PROBLEMS_NAMED));
  return parsed.data;
}

/** The policy with what is given replaced, what is null taken out, and single entries put in or taken out. Pure. @throws {InvalidPolicyError} */
export function changedPolicy(policy: Policy, change: PolicyChange): Policy {
  const where = "What was asked for";
  const parsed = policyRequest.safeParse(change);
  if (!parsed.success)
    throw new InvalidPolicyError(where, parsed.error.issues.slice(0, PROBLEMS_NAMED).map(describeIssue));
  const { add = {}, remove = {}, ...fields } = parsed.data;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const merged: Nullable<Policy> = { ...policy, ...Object.fromEntries(given) };
  const ids = (name: "blockedPeers" | "blockedActions" | "approved") =>
    changedEntries(merged[name], add[name], remove[name], (id) => id);
  const changed: Nullable<Policy> = {
    ...merged,
    ...{
      blockedPeers: ids("blockedPeers"),
      blockedActions: ids("blockedActions"),
      approved: ids("approved"),
    },
    lists: changedEntries(merged.lists, add.lists, remove.lists, ({ source }) => source),
  };
  const kept = Object.entries(changed).filter(([, value]) => value !== null && value !== undefined);
  return parsePolicy(Object.fromEntries(kept), where);
}

type Nullable<Fields> = { readonly [Name in keyof Fields]: Fields[Name] | null };

/** A list with entries put in, in place of those of the same name, and others taken out; null when nothing is left. Pure. */
function changedEntries<Entry>(
  before: readonly Entry[] | null | undefined,
  added: readonly Entry[] = [],
  removed: readonly string[] = [],
  nameOf: (entry: Entry) => string,
): Entry[] | null | undefined {
  if (added.length + removed.length === 0)
    return before === undefined || before === null ? before : [...before];
  const named = new Map(added.map((entry) => [nameOf(entry), entry]));
  const gone = new Set([...named.keys(), ...removed]);
  const after = [...(before ?? []).filter((entry) => !gone.has(nameOf(entry))), ...named.values()];
  return after.length === 0 ? null : after;
}

/** What the schema cannot say: ids that are ids, each once, and lists that can be read and believed. */
function problemsOf({ authors, blockedPeers, blockedActions, approved, lists }: Policy): string[] {
  const problems: string[] = [];
  const each = (
    name: string,
    ids: readonly string[] | undefined,
    isId: (id: string) => boolean,
    what: string,
  ) => {
    for (const id of ids ?? []) if (!isId(id)) problems.push(`${name}: "${id.slice(0, 80)}" is no ${what}`);
    const twice = repeated(ids ?? []);
    if (twice !== undefined) problems.push(`${name}: ${twice} stands twice`);
  };
  each("authors", authors, isPeerId, "peer id");
  each("blockedPeers", blockedPeers, isPeerId, "peer id");
  each("blockedActions", blockedActions, isActionId, "action id");
  each("approved", approved, isActionId, "action id");
  for (const { source, keys } of lists ?? []) {
    each(`lists: ${source.slice(0, 120)}: keys`, keys, isPeerId, "peer id");
    const problem = sourceProblem(source, keys.length);
    if (problem !== undefined) problems.push(`lists: "${source.slice(0, 120)}" ${problem}`);
  }
  const twice = repeated((lists ?? []).map(({ source }) => source));
  if (twice !== undefined) problems.push(`lists: ${twice.slice(0, 120)} stands twice`);
  return problems;
}

function sourceProblem(source: string, keys: number): string | undefined {
  if (isAbsolute(source)) return undefined;
  if (!URL.canParse(source)) return "is neither an absolute path nor an http(s) address";
  const { protocol, username, password } = new URL(source);
  if (protocol !== "http:" && protocol !== "https:")
    return "is neither an absolute path nor an http(s) address";
  if (username !== "" || password !== "") return "holds a user name or a password, which lists need not";
  if (keys === 0) return "comes over the network: name the peer id of the key that signs it (--key)";
  return undefined;
}

function isActionId(id: string): boolean {
  try {
    return parseActionId(id) === id;
  } catch {
    return false;
  }
}

function repeated(values: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return values.find((value) => seen.size === seen.add(value).size);
}

/** Undefined where there is no file. */
async function readBounded(path: string): Promise<string | undefined> {
  // Without it, opening a named pipe would wait for a writer.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw new InvalidPolicyError(path, [`cannot be read: ${error.code ?? error.message}`], {
        cause: error,
      });
    },
  );
  if (handle === undefined) return undefined;
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new InvalidPolicyError(path, ["is no file"]);
    if (status.size > MAX_POLICY_BYTES)
      throw new InvalidPolicyError(path, [`has ${status.size} bytes; at most ${MAX_POLICY_BYTES} are read`]);
    if ((status.mode & WRITABLE_BY_OTHERS) !== 0)
      throw new InvalidPolicyError(path, [
        `can be written by others; look through it, then run: chmod 600 ${path}`,
      ]);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
