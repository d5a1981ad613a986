import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";

export interface Packed {
  readonly name: string;
  readonly version: string;
  /** The tarball that `npm pack` made. */
  readonly file: string;
  /** Its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

/**
 * A registry that has our packages, and sends whoever asks for others to the one in use. Installing from it is what a user does once they
 * are published: no workspace, no override, no link.
 */
export async function registryOf(packages: readonly Packed[], upstream: string) {
  const tarballs = new Map(packages.map((one) => [`/-/${basename(one.file)}`, one.file]));
  let url = "";
  const documents = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    const tarball = tarballs.get(path);
    if (tarball !== undefined) return response.end(await readFile(tarball));
    const document = documents.get(path.slice(1));
    if (document !== undefined) return response.setHeader("content-type", "application/json").end(document);
    response.writeHead(302, { location: new URL((request.url ?? "/").slice(1), upstream).href }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { name, version, file, manifest } of packages) {
    const integrity = `sha512-${createHash("sha512")
      .update(await readFile(file))
      .digest("base64")}`;
    const dist = { tarball: `${url}/-/${basename(file)}`, integrity };
    const document = {
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    };
    documents.set(name, JSON.stringify(document));
  }
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
