import { cleanText } from "@action-collective/protocol";
import { EmbedderServerError } from "./errors.ts";

/** Enough to recognise what a server complains about. */
const MOST_REASON_CHARACTERS = 200;
/** The server understood the request and did not like the texts (or the model, or the dimensions). */
const REFUSED_TEXTS = new Set([400, 413, 422]);

/**
 * What went wrong, without what must not be in a log: some servers quote the key or the texts, and the package's
 * errors hold the whole answer.
 */
export function serverFailure(host: string, error: unknown, key: string | undefined): EmbedderServerError {
  const status =
    error instanceof Error && "status" in error && typeof error.status === "number"
      ? error.status
      : undefined;
  if (status === 401 || status === 403)
    return new EmbedderServerError(host, `does not accept the key (HTTP ${status})`, status);
  const said = error instanceof Error ? reasonOf(error) : String(error);
  const safe = key === undefined ? said : said.replaceAll(key, "…");
  const reason = cleanText(safe, MOST_REASON_CHARACTERS);
  return status === undefined
    ? new EmbedderServerError(host, `could not be asked: ${reason}`)
    : new EmbedderServerError(host, `refused: ${reason}`, status);
}

/** Whether fewer texts, or others, may be accepted. */
export function refusedTexts(error: unknown): error is EmbedderServerError {
  return (
    error instanceof EmbedderServerError && error.status !== undefined && REFUSED_TEXTS.has(error.status)
  );
}

/** "Connection error." says little; what it was stands at the end of the causes, e.g. "connect ECONNREFUSED …". */
function reasonOf(error: Error): string {
  let last = error;
  for (let depth = 0; depth < 8 && last.cause instanceof Error; depth++) last = last.cause;
  return last === error || last.message === "" ? error.message : `${error.message} (${last.message})`;
}
