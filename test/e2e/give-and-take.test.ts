import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

/** Verification goes on, however busy the machine is otherwise. */
const BUSY = { COLLECTIVE_QUIET_LOAD: "1000" };

test("what one peer gave the other took: both can say so, also after a restart", {
  timeout: 90_000,
}, async () => {
  await using giver = await PeerProcess.start({ env: BUSY });
  await using taker = await PeerProcess.start({ bootstrap: giver.started.addresses, env: BUSY });
  const [giverId, takerId] = [giver.started.peerId, taker.started.peerId];
  const { id } = await giver.client.publish(addingAction(7));
  await until(async () => (await taker.client.show(id)).standing === "passed", {
    what: "its test at the taker",
    timeoutMs: 45_000,
  });

  const dealings = await until(
    async () => {
      const [given, taken] = await Promise.all([giver.client.status(), taker.client.status()]);
      const here = given.giveAndTake.peers.find(({ peer }) => peer === takerId);
      const there = taken.giveAndTake.peers.find(({ peer }) => peer === giverId);
      return here !== undefined && here.givenBytes > 0 && there !== undefined && there.takenBytes > 0
        ? { here, there, given, taken }
        : undefined;
    },
    { what: "an account of it on both sides" },
  );
  const { code } = addingAction(7);
  // The code crossed as a block; records of it came beside.
  expect(dealings.here.givenBytes).toBeGreaterThanOrEqual(code.length);
  expect(dealings.there.takenBytes).toBeGreaterThanOrEqual(code.length);
  expect(dealings.given.giveAndTake).toMatchObject({ contended: false, putOff: 0 });
  for (const [peer, words] of [
    [giver, /gave [1-9]/],
    [taker, /took [1-9]/],
  ] as const) {
    const shown = await collective(["status"], { COLLECTIVE_HOME: peer.home });
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringMatching(words) });
  }
  // Who gave something that proved right stands no worse with the taker than a newcomer.
  expect((await taker.client.peer(giverId)).dealings.share).toBeGreaterThanOrEqual(1);

  expect(await taker.stop()).toBe(0);
  await using again = await PeerProcess.start({ home: taker.home, bootstrap: giver.started.addresses });
  expect((await again.client.peer(giverId)).dealings.takenBytes).toBeGreaterThanOrEqual(
    dealings.there.takenBytes,
  );
});
