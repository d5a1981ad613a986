import { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import type { ActionClient } from "action-collective";
import { mcpServer, peerTools } from "action-collective/mcp";
import { VERSION } from "../version.ts";
import type { CommandIo } from "./command.ts";
import { oneLine } from "./output.ts";

/**
 * Serves the collective's tools over stdin and stdout until stdin ends. Stdout carries the protocol and nothing else. That
 * no peer runs is said in the tools' answers, which a host shows, and on stderr: it may be started meanwhile.
 */
export async function serveMcp({ client, io }: { client: ActionClient; io: CommandIo }): Promise<void> {
  let said = "";
  const say = (error: unknown) => {
    const text = oneLine(error instanceof Error ? error.message : String(error));
    if (text !== said) io.stderr.write(`${text}\n`);
    said = text;
  };
  const ended = Promise.withResolvers<void>();
  const transport = new EndingTransport(io, () => ended.resolve());
  const tools = () => peerTools(client, { publish: true, onMissing: say });
  const connection = serveStdio(() => mcpServer(tools(), { version: VERSION }), { transport, onerror: say });
  await ended.promise;
  await connection.close();
}

/** Says when it has closed, whoever closed it: stdin that ended, or a message that was too large. */
class EndingTransport extends StdioServerTransport {
  readonly #ended: () => void;

  constructor({ stdin, stdout }: CommandIo, ended: () => void) {
    const written = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        stdout.write(text);
        done();
      },
    });
    super(Readable.from(stdin, { objectMode: false }), written);
    this.#ended = ended;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#ended();
  }
}
