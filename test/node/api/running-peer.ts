import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SignedRecord } from "@action-collective/protocol";
import { ActionClient } from "action-collective";
import { writeApiFile } from "../../../node/src/api/api-file.ts";
import { peerHandlers } from "../../../node/src/api/peer-handlers.ts";
import { ApiServer } from "../../../node/src/api/server.ts";
import type { Log } from "../../../node/src/network/options.ts";
import { Peer } from "../../../node/src/peer.ts";
import { resolveSettings, type SettingTexts } from "../../../node/src/settings.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { collective, type RunOptions } from "../cli/cli-run.ts";
import { TOKEN } from "./sample-api.ts";

/**
 * A whole peer on loopback with its API, asked through the SDK and through the command line.
 * @param number of its key; another peer needs another
 * @param log gets all that it and its API write
 */
export async function runningPeer(number: number, flags: SettingTexts = {}, log: Log = () => undefined) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const home = join(folder.path, "home");
  await mkdir(home, { mode: 0o700 });
  const settings = resolveSettings({
    home,
    flags: {
      ...{ network: "test", reach: "loopback", port: "0", bootstrap: ["none"], library: false },
      ...{ workers: "1", prestarted: "1", verify: false, logLevel: "error", ...flags },
    },
    env: {},
    config: undefined,
    cores: 1,
  });
  const seed = new Uint8Array(32).fill(number);
  const peer = await Peer.open({ settings, seed, clock: Date.now, log });
  opened.defer(() => peer.stop());
  const endpoints: string[] = [];
  const handlers = peerHandlers({
    peer,
    version: "0.1.0",
    endpoints: () => endpoints,
    stop: () => undefined,
    openDashboard: () => Promise.reject(new Error("this peer has no pages")),
  });
  const server = await ApiServer.listen({
    ...{ handlers, port: 0, token: TOKEN, capabilities: peer.capabilities, log },
  });
  opened.defer(() => server.close());
  endpoints.push(server.url);
  await writeApiFile(home, { pid: process.pid, url: server.url, token: TOKEN, version: "0.1.0" });
  await peer.start();
  const closing = opened.move();
  return {
    peer,
    client: new ActionClient({ home }),
    run: (argv: readonly string[], options: RunOptions = {}) =>
      collective(argv, { ...options, env: { COLLECTIVE_HOME: home } }),
    /** As if it had come from the network. */
    hears(record: SignedRecord): void {
      const { catalogue } = peer;
      catalogue.transaction(() => catalogue.records.put(record, Date.now()));
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
