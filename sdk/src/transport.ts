import { request } from "node:http";
import type { Endpoint } from "./discovery.ts";
import { messageOf } from "./discovery.ts";
import { ContractMismatchError, PeerUnreachableError } from "./errors.ts";

/** The largest answer that is read: an output of 1 MiB, escaped at worst, with room. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface Ask {
  readonly method: "get" | "post";
  readonly path: string;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends one request to a peer, over TCP or its unix socket, and reads the whole answer.
 * @throws {PeerUnreachableError} nothing listens there, or the connection broke. An abort throws the signal's reason.
 */
export async function ask(endpoint: Endpoint, request: Ask): Promise<Answer> {
  request.signal?.throwIfAborted();
  try {
    return endpoint.socket === undefined
      ? await askOverTcp(endpoint, request)
      : await askOverSocket(endpoint.socket, endpoint, request);
  } catch (error) {
    request.signal?.throwIfAborted();
    if (error instanceof ContractMismatchError) throw error;
    const where = endpoint.socket ?? endpoint.url;
    throw new PeerUnreachableError(
      `No peer answers at ${where}: ${reasonOf(error)}`,
      'Look whether it still runs ("collective status"), or start one with "collective start".',
      { cause: error },
    );
  }
}

/** True when no byte of the request can have been acted on, so that asking again is safe. */
export function neverArrived(error: PeerUnreachableError): boolean {
  const codes = new Set(["ECONNREFUSED", "ENOENT", "ConnectionRefused"]);
  for (let cause: unknown = error.cause, depth = 0; cause instanceof Error && depth < 4; depth++) {
    if ("code" in cause && codes.has(String(cause.code))) return true;
    cause = cause.cause;
  }
  return false;
}

function headersFor(endpoint: Endpoint, body: string | undefined): Record<string, string> {
  return {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(endpoint.token === undefined ? {} : { authorization: `Bearer ${endpoint.token}` }),
  };
}

async function askOverTcp(endpoint: Endpoint, { method, path, body, signal }: Ask): Promise<Answer> {
  const response = await fetch(endpoint.url + path, {
    method: method.toUpperCase(),
    headers: headersFor(endpoint, body),
    // A redirect would carry the token elsewhere.
    redirect: "error",
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, text: await readText(path, response.body ?? []) };
}

function askOverSocket(
  socketPath: string,
  endpoint: Endpoint,
  { method, path, body, signal }: Ask,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath,
        path,
        method: method.toUpperCase(),
        agent: false,
        headers: {
          ...headersFor(endpoint, body),
          host: "localhost",
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
        },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        readText(path, response).then(
          (text) => resolve({ status: response.statusCode ?? 0, text }),
          (error: unknown) => {
            outgoing.destroy();
            reject(error);
          },
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function readText(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new ContractMismatchError(path, `it is larger than ${MAX_ANSWER_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch says no more than "fetch failed"; what happened is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const told = cause instanceof Error && cause.message !== "" ? cause : error;
  if (told instanceof Error && "code" in told && told.code === "ECONNREFUSED") return "connection refused";
  return messageOf(told);
}
