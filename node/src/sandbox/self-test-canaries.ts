import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Things that hostile code is told where to find, and that must stay untouched. */
export interface Canaries {
  /** A JavaScript module whose default export is the secret. */
  readonly file: string;
  /** A path that must never come to exist. */
  readonly unwritten: string;
  /** The name of an environment variable of this process that holds the secret. */
  readonly variable: string;
  /** Of a server on 127.0.0.1 that counts who connects. */
  readonly port: number;
  /** What came to harm, one line each; `said` is everything that came out of the sandbox. */
  harm(said: unknown): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Lays a file, an environment variable, a path and a loopback server. The server is tried from here first: a canary
 * that cannot sing proves nothing.
 */
export async function layCanaries(): Promise<Canaries> {
  // The real one: a copy would prove nothing about what a child inherits.
  const { env } = process;
  const folder = await mkdtemp(join(tmpdir(), "canaries-"));
  const secret = randomBytes(16).toString("hex");
  const variable = `CANARY_${secret.slice(0, 8).toUpperCase()}`;
  const file = join(folder, "canary.js");
  const unwritten = join(folder, "unwritten");
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on("error", () => {});
    socket.resume().destroySoon();
  });
  const close = async () => {
    delete env[variable];
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(file, `export default ${JSON.stringify(secret)};`);
    env[variable] = secret;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await once(connect(port, "127.0.0.1").resume(), "close");
    const before = connections;
    return {
      file,
      unwritten,
      variable,
      port,
      close,
      async harm(said) {
        const intact = (await readFile(file, "utf8").catch(() => "")).includes(secret);
        const harms: [boolean, string][] = [
          [before !== 1, "the canary server does not answer even this machine"],
          [connections > before, "a connection reached a server on this machine"],
          [existsSync(unwritten), "a file was written"],
          [!intact, "a file was changed"],
          [JSON.stringify(said).includes(secret), "the text of a file or an environment variable was read"],
        ];
        return harms.filter(([harmed]) => harmed).map(([, what]) => what);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
