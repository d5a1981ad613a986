import { readFile, stat } from "node:fs/promises";
import { type Json, limits } from "@action-collective/protocol";
import { parseJson } from "action-collective";
import { UsageError } from "./report-failure.ts";

/**
 * The value of `--input`: JSON itself, `@file`, or `-` for stdin.
 * @throws {UsageError} naming the line and column where it is not JSON.
 */
export async function readInput(given: string, stdin: AsyncIterable<Uint8Array | string>): Promise<Json> {
  const { text, where } = await readText(given, stdin);
  const json = parseJson(text);
  if ("value" in json) return json.value as Json;
  const { line, column, expected } = json.problem;
  throw new UsageError(
    `${where} is not JSON: line ${line}, column ${column}: expected ${expected}`,
    "Quote it for the shell, as in --input '{\"a\":1}', or use --input @file.json.",
  );
}

async function readText(
  given: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<{ text: string; where: string }> {
  if (given === "-") return { text: await readStream(stdin), where: "stdin" };
  if (!given.startsWith("@")) return { text: given, where: "--input" };
  const path = given.slice(1);
  try {
    const found = await stat(path);
    if (found.isFile() && found.size > limits.runBytes) throw tooLarge(path);
    return { text: await readFile(path, "utf8"), where: path };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readStream(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > limits.runBytes) throw tooLarge("stdin");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(what: string): UsageError {
  return new UsageError(`${what} holds more than ${limits.runBytes} bytes, the most an action takes`);
}
