import type { CommandIo } from "../command.ts";
import { UsageError } from "../report-failure.ts";

/** A message carries 64 KiB in all, as JSON. */
const MOST_BYTES = 32 * 1024;

/** All that is piped in. @throws {UsageError} it is more than one message may hold */
export async function wholeText(stdin: CommandIo["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > MOST_BYTES)
      throw new UsageError(`stdin holds more than ${MOST_BYTES} bytes, the most of one message`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
