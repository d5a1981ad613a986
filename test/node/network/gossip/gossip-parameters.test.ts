import { gossipsub } from "@libp2p/gossipsub";
import { createPeerScoreParams, validatePeerScoreParams } from "@libp2p/gossipsub/score";
import { expect, test } from "vitest";
import { internalsOf } from "../../../../node/src/network/gossip/gossip-internals.ts";
import { gossipParameters } from "../../../../node/src/network/gossip/gossip-parameters.ts";

const TOPIC = "action-collective/test/records/1";

test("in production peers that share an address are penalised; only on loopback they are not", () => {
  const production = gossipParameters(TOPIC, "public").scoreParams;
  expect(production).toMatchObject({ IPColocationFactorWeight: -5, IPColocationFactorThreshold: 10 });
  expect(gossipParameters(TOPIC, "lan").scoreParams?.IPColocationFactorWeight).toBe(-5);
  expect(gossipParameters(TOPIC, "loopback").scoreParams?.IPColocationFactorWeight).toBe(0);
});

test("every score of the topic is set, so that a rejection counts: eight graylist, seven do not", () => {
  const { scoreParams, scoreThresholds } = gossipParameters(TOPIC, "public");
  validatePeerScoreParams(createPeerScoreParams(scoreParams));
  const topic = scoreParams?.topics?.[TOPIC];
  expect(Object.keys(topic ?? {})).toHaveLength(17);
  const penalty = (rejected: number) => rejected ** 2 * (topic?.invalidMessageDeliveriesWeight ?? 0);
  const best = scoreParams?.topicScoreCap ?? 0;
  const graylist = scoreThresholds?.graylistThreshold ?? 0;
  expect(penalty(8) + best).toBeLessThan(graylist);
  expect(penalty(7)).toBeGreaterThan(graylist);
});

test("one topic, one message id for one content, and frames bounded", () => {
  const parameters = gossipParameters(TOPIC, "public");
  expect(parameters).toMatchObject({
    allowedTopics: [TOPIC],
    globalSignaturePolicy: "StrictNoSign",
    maxInboundDataLength: 4 * 1024 * 1024,
    runOnLimitedConnection: true,
    // The guard sets the pace, few streams reach it, and a slow reader's stream ends.
    awaitRpcHandler: true,
    maxInboundStreams: 3,
    maxOutboundBufferSize: 8 * 1024 * 1024,
    doPX: false,
  });
  const id = (topic: string, text: string) =>
    parameters.fastMsgIdFn?.({ topic, data: new TextEncoder().encode(text) });
  expect(id(TOPIC, "a")).toBe(id(TOPIC, "a"));
  expect(id(TOPIC, "a")).not.toBe(id(TOPIC, "b"));
  expect(id(TOPIC, "a")).not.toBe(id("other", "a"));
  expect(gossipsub(parameters)).toBeTypeOf("function");
});

test("the package is still built as the guard before it needs it", () => {
  const components = {
    peerId: { toString: () => "self" },
    logger: { forComponent: () => () => {} },
  } as unknown as Parameters<ReturnType<typeof gossipsub>>[0];
  expect(internalsOf(gossipsub(gossipParameters(TOPIC, "public"))(components))).toBeDefined();
});
