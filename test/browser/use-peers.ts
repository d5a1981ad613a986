import { afterAll, beforeAll } from "vitest";
import { TestBrowser, ThreePeers } from "./harness.ts";

export interface PeersInBrowser {
  readonly peers: ThreePeers;
  readonly browser: TestBrowser;
}

/**
 * Three peers and a browser for the tests of a file; both end with it.
 * @param prepare what else the file needs of them
 */
export function usePeersInBrowser(
  prepare: (peers: ThreePeers) => Promise<void> = async () => undefined,
): PeersInBrowser {
  const opened = new AsyncDisposableStack();
  let used: PeersInBrowser | undefined;
  beforeAll(async () => {
    const [peers, browser] = await Promise.all([
      ThreePeers.start().then((started) => opened.use(started)),
      TestBrowser.launch().then((launched) => opened.use(launched)),
    ]);
    await prepare(peers);
    used = { peers, browser };
  });
  afterAll(() => opened.disposeAsync());
  const all = () => {
    if (used === undefined) throw new Error("the peers and the browser are there once the tests run");
    return used;
  };
  return {
    get peers() {
      return all().peers;
    },
    get browser() {
      return all().browser;
    },
  };
}
