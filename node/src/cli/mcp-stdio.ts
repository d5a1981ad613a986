import { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { type ActionClient, NetworkMemory, type WithheldAction } from "action-collective";
import { mcpServer, peerTools } from "action-collective/mcp";
import { VERSION } from "../version.ts";
import type { CommandIo } from "./command.ts";
import { oneLine } from "./output.ts";

export interface ServeOptions {
  readonly client: ActionClient;
  readonly io: CommandIo;
  /** A lock file whose actions take the place of those that the user pinned. */
  readonly lock?: string;
  /** Nothing but those. */
  readonly only?: boolean;
}

/**
 * Serves the collective's tools over stdin and stdout until stdin ends. Stdout carries the protocol and nothing else. That
 * no peer runs is said in the tools' answers, which a host shows, and on stderr: it may be started meanwhile.
 */
export async function serveMcp({ client, io, lock, only = false }: ServeOptions): Promise<void> {
  let said = "";
  const say = (error: unknown) => {
    const text = oneLine(error instanceof Error ? error.message : String(error));
    if (text !== said) io.stderr.write(`${text}\n`);
    said = text;
  };
  const ended = Promise.withResolvers<void>();
  const transport = new EndingTransport(io, () => ended.resolve());
  // A host may open the conversation anew, in another era: what was read stays read.
  const memory = new NetworkMemory();
  const onWithheld = ({ alias, why }: WithheldAction) => say(new Error(`${alias} is not offered: ${why}`));
  const locked = lock === undefined ? {} : { lock, onWithheld, find: !only };
  const tools = () => peerTools(client, { publish: !only, onMissing: say, memory, ...locked });
  const connection = serveStdio(() => mcpServer(tools(), { version: VERSION }), { transport, onerror: say });
  await ended.promise;
  await connection.close();
}

/** Says when it has closed, whoever closed it: stdin that ended, stdout that nobody reads, or a message that was too large. */
class EndingTransport extends StdioServerTransport {
  readonly #ended: () => void;

  constructor({ stdin, stdout }: CommandIo, ended: () => void) {
    super(Readable.from(stdin, { objectMode: false }), writableOf(stdout));
    this.#ended = ended;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#ended();
  }
}

/** A process's own stdout as it is: the transport waits for a slow reader, and sees when there is none any more. */
function writableOf(stdout: CommandIo["stdout"]): Writable {
  if (stdout instanceof Writable) return stdout;
  return new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      stdout.write(text);
      done();
    },
  });
}
