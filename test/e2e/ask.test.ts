import {
  createVerifier,
  decodeAskAnswer,
  decodeAskRequest,
  encodeAskAnswer,
  encodeAskRequest,
  openRecord,
} from "@action-collective/protocol";
import { lpStream } from "@libp2p/utils";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { collective, PeerProcess } from "../helpers/processes.ts";
import { bundleOf, NETWORK, publicationOf } from "../helpers/records.ts";
import { until } from "../helpers/until.ts";
import { ASK, question, strangeHost, whereaboutsOf } from "../node/network/ask/ask-fixture.ts";

test("search --ask: a neighbour's signed action is found, shown, counted, and stays", {
  timeout: 60_000,
}, async () => {
  const halving = bundleOf({ name: "halve", description: "Halves a number." });
  const queries: string[] = [];
  // It speaks of nothing but questions: neither gossip nor catching up can bring what it holds.
  await using neighbour = await strangeHost(async (stream) => {
    const frames = lpStream(stream);
    queries.push(decodeAskRequest((await frames.read()).subarray()).query);
    await frames.write(encodeAskAnswer({ kind: "records", records: [publicationOf(halving, 7).bytes] }));
  });
  await using peer = await PeerProcess.start({
    bootstrap: whereaboutsOf(neighbour).addresses,
    env: { COLLECTIVE_NETWORK: NETWORK, COLLECTIVE_VERIFY: "false" },
  });
  const env = { COLLECTIVE_HOME: peer.home };
  await until(async () => (await peer.client.peers()).length === 1, { what: "the neighbour" });

  const alone = await collective(["search", "halve", "a", "number"], env);
  expect(alone.stdout).toBe("");
  expect(alone.stderr).toContain("With --ask, up to three connected peers are asked too");
  expect(queries).toEqual([]);

  const asked = await until(
    async () => {
      const run = await collective(["search", "halve", "a", "number", "--ask"], env);
      return run.stderr.includes("Asked 1 peer") ? run : undefined;
    },
    { what: "a neighbour known to answer" },
  );
  expect(asked).toMatchObject({ code: 0, stderr: "Asked 1 peer: 1 new action.\n" });
  expect(asked.stdout).toContain("halve");
  expect(queries).toEqual(["halve a number"]);

  const later = JSON.parse((await collective(["search", "halve a number", "--json"], env)).stdout);
  expect(later).toMatchObject({ cards: [{ id: halving.id, standing: "pending" }], asked: null, weak: false });
  expect((await peer.client.status()).traffic.asking).toEqual({ questions: 1, new: 1, served: 0, putOff: 0 });
  expect((await collective(["status"], env)).stdout).toMatch(
    / [1-9]\d* pending \(tested when somebody runs them, by --no-verify\),/,
  );
});

test("a peer answers a neighbour with what it published, as it signed it", { timeout: 60_000 }, async () => {
  await using neighbour = await strangeHost(() => undefined);
  await using peer = await PeerProcess.start({
    bootstrap: whereaboutsOf(neighbour).addresses,
    env: { COLLECTIVE_NETWORK: NETWORK },
  });
  const published = await peer.client.publish(addingAction(7));
  const connection = await until(() => neighbour.getConnections()[0], { what: "the connection" });
  const stream = await connection.newStream(ASK);
  const frames = lpStream(stream);
  await frames.write(encodeAskRequest(question("add 7 to a number")));
  const answer = decodeAskAnswer((await frames.read()).subarray());
  if (answer.kind === "busy") throw new Error("the peer is busy");
  const records = answer.records.map((bytes) => openRecord(bytes, createVerifier(), NETWORK));
  expect(records).toMatchObject([
    { kind: "publication", author: peer.started.peerId, subject: published.id },
  ]);
});
