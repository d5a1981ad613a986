import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

/** Things that hostile code is told where to find, and that must stay untouched. */
export interface Canaries {
  /** A file whose text is the secret. */
  readonly file: string;
  /** A path that must never come to exist. */
  readonly unwritten: string;
  readonly port: number;
  readonly secret: string;
  /** Asserts that nothing was written, requested or told. `said` is everything that came out of the sandbox. */
  verify(said: unknown): Promise<void>;
  close(): Promise<void>;
}

export async function layCanaries(): Promise<Canaries> {
  const folder = await mkdtemp(join(tmpdir(), "canaries-"));
  const secret = randomBytes(16).toString("hex");
  const file = join(folder, "canary.js");
  const unwritten = join(folder, "unwritten");
  await writeFile(file, `export default ${JSON.stringify(secret)};`);
  process.env.SANDBOX_CANARY = secret;
  let connections = 0;
  const server = createServer((_, response) => response.end(`export default ${JSON.stringify(secret)}`));
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    file,
    unwritten,
    port: (server.address() as AddressInfo).port,
    secret,
    async verify(said) {
      expect(JSON.stringify(said).includes(secret), "the secret was told").toBe(false);
      expect(connections).toBe(0);
      expect(existsSync(unwritten)).toBe(false);
      expect(await readFile(file, "utf8")).toContain(secret);
    },
    async close() {
      delete process.env.SANDBOX_CANARY;
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
