import { Peer } from "../../node/src/peer.ts";
import { resolveSettings } from "../../node/src/settings.ts";
import { temporaryFolder } from "./temporary.ts";

/** A whole peer in this process, on loopback, without the starter library; stopped, and its home removed, with the stack. */
export async function peerInProcess(stack: AsyncDisposableStack, number: number): Promise<Peer> {
  const folder = stack.use(await temporaryFolder());
  const flags = {
    ...{ reach: "loopback", port: "0", bootstrap: ["none"], library: false, prestarted: "0", workers: "1" },
    ...{ syncIntervalMs: "500", quietLoad: "1000" },
  };
  const settings = resolveSettings({ home: folder.path, flags, env: {}, config: undefined, cores: 2 });
  const seed = new Uint8Array(32).fill(number);
  const peer = await Peer.open({ settings, seed, clock: Date.now, log: () => undefined });
  stack.defer(() => peer.stop());
  await peer.start();
  return peer;
}
