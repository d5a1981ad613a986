import type { ClientOptions, OpenAI } from "openai";
import type { OpenaiConfig } from "./config.ts";
import { EmbedderKeyError, EmbedderPackageMissingError } from "./errors.ts";

/** 64 vectors of 4,096 numbers, written out with 20 digits each, are 6 MB. */
const MOST_ANSWER_BYTES = 32 * 2 ** 20;
/** What may stand in a header. A key with anything else in it would be quoted in the error about it. */
const KEY_SHAPE = /^[\x21-\x7e]{1,4096}$/;

/** The package, loaded only where it is wanted. @throws {EmbedderPackageMissingError} */
export async function loadOpenai(): Promise<typeof OpenAI> {
  try {
    return (await import("openai")).OpenAI;
  } catch (error) {
    const [line = ""] = String(error instanceof Error ? error.message : error).split("\n", 1);
    throw new EmbedderPackageMissingError("openai", line);
  }
}

/**
 * The key, from the environment alone; undefined where none is sent. Servers of one's own often want none.
 * @throws {EmbedderKeyError}
 */
export function readKey(
  { apiKeyEnv }: OpenaiConfig,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (apiKeyEnv === undefined) return undefined;
  const key = env[apiKeyEnv]?.trim() ?? "";
  if (key === "") throw new EmbedderKeyError(apiKeyEnv, "is not set");
  if (!KEY_SHAPE.test(key)) throw new EmbedderKeyError(apiKeyEnv, "holds something that is no key");
  return key;
}

/**
 * The package's client, told everything that it would otherwise take from the environment: a key or an organisation
 * that is meant for one server must not go to another.
 * @param sent called at every request that goes over the wire
 */
export function makeClient(
  Client: typeof OpenAI,
  config: OpenaiConfig,
  key: string | undefined,
  sent: () => void,
): OpenAI {
  const options: ClientOptions = {
    baseURL: config.baseUrl,
    // The package insists on one; the header goes out only with a real one.
    apiKey: key ?? "none",
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultHeaders: key === undefined ? { Authorization: null } : {},
    // It may log headers and texts, if the environment says so.
    logLevel: "off",
    fetch: async (url, init) => {
      sent();
      // Nobody but the server that the user named gets the texts.
      return boundedResponse(await fetch(url, { ...init, redirect: "error" }));
    },
  };
  return new Client(options);
}

/** Ends the reading of an answer that has no end. */
function boundedResponse(response: Response): Response {
  if (response.body === null) return response;
  let bytes = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MOST_ANSWER_BYTES) controller.error(new Error("the answer is too long"));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(bounded, { status, statusText, headers });
}
