import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Peer } from "../../../node/src/peer.ts";
import { InvalidPolicyError } from "../../../node/src/policy/errors.ts";
import { resolveSettings } from "../../../node/src/settings.ts";
import { addingAction } from "../../helpers/adding-action.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { until } from "../../helpers/until.ts";

const PATIENCE = { timeoutMs: 60_000, everyMs: 100 };
const QUERY = "adds 8 to a number";

interface Opening {
  readonly policy?: string;
  readonly stack: AsyncDisposableStack;
}

/** A whole peer on loopback, with the policy that its home holds. */
async function openPeer(number: number, { policy, stack }: Opening): Promise<Peer> {
  const folder = stack.use(await temporaryFolder());
  const home = join(folder.path, "home");
  await mkdir(home, { mode: 0o700 });
  if (policy !== undefined) await writeFile(join(home, "policy.json"), policy, { mode: 0o600 });
  const flags = {
    ...{ reach: "loopback", port: "0", bootstrap: ["none"], library: false, prestarted: "0", workers: "1" },
    ...{ syncIntervalMs: "500", quietLoad: "1000" },
  };
  const settings = resolveSettings({ home, flags, env: {}, config: undefined, cores: 2 });
  const seed = new Uint8Array(32).fill(number);
  const peer = await Peer.open({ settings, seed, clock: Date.now, log: () => undefined });
  stack.defer(() => peer.stop());
  return peer;
}

test("a broken policy stops the start; it is not taken for none", async () => {
  await using stack = new AsyncDisposableStack();
  const opening = openPeer(71, { policy: '{"blockedPeers":"everybody"}', stack });
  await expect(opening).rejects.toThrow(InvalidPolicyError);
});

test("a policy decides what a whole peer tests, offers and keeps, and follows its changes without a restart", {
  timeout: 180_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const author = await openPeer(72, { stack });
  const user = await openPeer(73, { policy: '{"licences":["0BSD"]}', stack });
  await author.start();
  await user.start();
  await user.network.dial(author.network.addresses()[0] ?? "", AbortSignal.timeout(20_000));
  const { id } = await author.publisher.publish(addingAction(8), AbortSignal.timeout(60_000));
  const found = async () => {
    const hits = await user.finder.find({ query: QUERY, limit: 5 });
    return hits.some((hit) => hit.id === id);
  };
  const { actions, holdings } = user.catalogue;
  const refusals = () => user.policy.view().hidden;

  await until(() => actions.standing(id) !== undefined, { what: "the record", ...PATIENCE });
  // Put off for hours, and not tried in vain.
  await until(() => (actions.nextDue() ?? 0) > Date.now() + 60_000, {
    what: "the queue to pass",
    ...PATIENCE,
  });
  expect(actions.get(id)).toMatchObject({ standing: "pending", attempts: 0 });
  expect(await found()).toBe(false);
  expect(refusals()).toEqual([{ why: "its licence is not among those allowed", actions: 1 }]);

  await user.policy.change({ licences: null });
  await until(() => actions.standing(id) === "passed", { what: "a verdict of its own", ...PATIENCE });
  await until(found, { what: "the action", ...PATIENCE });
  expect(holdings.holds(id)).toBe(true);

  const records = user.catalogue.records.live.set.size;
  await user.policy.change({ blockedPeers: [author.id] });
  expect(await found()).toBe(false);
  expect(user.catalogue.records.live.set.size).toBeLessThan(records);
  await until(() => !holdings.holds(id), { what: "its blocks to go", ...PATIENCE });
  expect(refusals()).toEqual([{ why: "its publisher is blocked", actions: 1 }]);
  // Its word counts for nothing, and it is served last.
  expect(user.reputation.discredited(author.id)).toContain("blocked");
  await until(() => user.giveAndTake.share(author.id) < 1, { what: "its share to sink", ...PATIENCE });
  expect(await user.runner.gate(id)).toMatchObject({
    decision: "refused",
    why: expect.stringContaining("blocked"),
  });

  await user.policy.change({ blockedPeers: null });
  expect(user.reputation.discredited(author.id)).toBeUndefined();
  expect(await found()).toBe(true);
  expect(user.catalogue.records.live.set.size).toBe(records);
});
