import { lookup as lookUp } from "node:dns";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { get as getHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { get as getHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { cleanText } from "@action-collective/protocol";
import { isPrivateAddress } from "../sandbox/denied-net.ts";
import { BlockListError } from "./errors.ts";
import { FETCH_MS, MAX_BLOCK_LIST_BYTES } from "./limits.ts";

const TRY_ELSEWHERE =
  "Give the address that serves the list itself, or save the list to a file and follow that.";
const LATER = "The peer tries again by itself; whoever serves the list may know more.";

/** What tells whether a file changed since it was read. @throws {BlockListError} */
export async function stampOf(path: string): Promise<string> {
  return await withFile(path, async (handle) => {
    const { mtimeMs, size, ino } = await handle.stat();
    return `${mtimeMs} ${size} ${ino}`;
  });
}

/** @throws {BlockListError} */
export async function readListFile(path: string): Promise<string> {
  return await withFile(path, async (handle) => {
    const status = await handle.stat();
    if (!status.isFile()) throw new BlockListError(`${path} is no file`, "Give the path of the list's file.");
    const buffer = Buffer.alloc(Math.min(status.size, MAX_BLOCK_LIST_BYTES) + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > MAX_BLOCK_LIST_BYTES) throw tooLarge(path);
    return buffer.toString("utf8", 0, bytesRead);
  });
}

async function withFile<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    await using handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await use(handle);
  } catch (error) {
    if (error instanceof BlockListError) throw error;
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new BlockListError(`${path} cannot be read: ${why}`, "Mend its path, owner or mode.", {
      cause: error,
    });
  }
}

/**
 * Fetches a list: from that address and no other, never from a machine in the user's own network unless the address names
 * this very machine, and no more than a list may have. Signatures are checked by whoever asked.
 * @throws {BlockListError} or the signal's reason.
 */
export async function fetchList(
  address: string,
  signal: AbortSignal,
  { timeoutMs = FETCH_MS }: { timeoutMs?: number } = {},
): Promise<string> {
  const url = new URL(address);
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const response = await request(url, bounded);
    return await bodyOf(response, address);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof BlockListError) throw error;
    if (bounded.aborted)
      throw new BlockListError(`${address} did not give the whole list in ${timeoutMs / 1_000} s`, LATER, {
        cause: error,
      });
    const why = cleanText(error instanceof Error ? error.message : String(error), 200);
    throw new BlockListError(`${address} could not be reached: ${why}`, LATER, { cause: error });
  }
}

function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const loopback = isLoopback(host);
  if (isIP(host) !== 0 && !loopback && isPrivateAddress(host)) throw inside(host, host);
  const options: RequestOptions = {
    agent: false,
    headers: { accept: "application/json", "accept-encoding": "identity" },
    signal,
    // The very addresses that are connected to are looked at, so that a name cannot lead elsewhere in between.
    ...(loopback ? {} : { lookup: lookUpOutside }),
  };
  return new Promise((resolve, reject) => {
    const get = url.protocol === "https:" ? getHttps : getHttp;
    get(url, options, resolve).on("error", reject);
  });
}

async function bodyOf(response: IncomingMessage, address: string): Promise<string> {
  try {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400) {
      const to = cleanText(headers.location ?? "nowhere", 200);
      throw new BlockListError(`${address} sends elsewhere, to ${to}, which is not followed`, TRY_ELSEWHERE);
    }
    if (statusCode !== 200) throw new BlockListError(`${address} answers with status ${statusCode}`, LATER);
    if ((headers["content-encoding"] ?? "identity") !== "identity")
      throw new BlockListError(`${address} sends the list packed, which nobody asked for`, TRY_ELSEWHERE);
    if (Number(headers["content-length"] ?? 0) > MAX_BLOCK_LIST_BYTES) throw tooLarge(address);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BLOCK_LIST_BYTES) throw tooLarge(address);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    response.destroy();
  }
}

const lookUpOutside: LookupFunction = (hostname, options, done) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, []);
    const within = addresses.find(({ address }) => isPrivateAddress(address));
    const [first] = addresses;
    if (within !== undefined || first === undefined)
      return done(inside(hostname, within?.address ?? "no address"), []);
    if (options.all === true) done(null, addresses);
    else done(null, first.address, first.family);
  });
};

function inside(host: string, address: string): BlockListError {
  const leads = host === address ? "is" : `leads to ${address},`;
  return new BlockListError(
    `${host} ${leads} an address of this machine's own network`,
    "Lists are fetched from public hosts, or from this machine by the name localhost; save it to a file and follow that.",
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function tooLarge(what: string): BlockListError {
  return new BlockListError(
    `${what} is larger than the ${MAX_BLOCK_LIST_BYTES} bytes that a block list may have`,
    "Ask whoever keeps the list to split it.",
  );
}
