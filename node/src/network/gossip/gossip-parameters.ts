import { createHash } from "node:crypto";
import type { GossipsubOpts } from "@libp2p/gossipsub";
import { MAX_GOSSIP_FRAME_BYTES, MAX_GOSSIP_STREAMS, MAX_GOSSIP_UNSENT_BYTES } from "../limits.ts";
import type { Reach } from "../options.ts";

const GRAYLIST_SCORE = -1_000;

/** A neighbour below it is neither heard nor served by gossip, and we hang up. */
export const GRAYLIST_THRESHOLD = GRAYLIST_SCORE;

/** Ids of what was received, by the bytes: they are asked for three times. Only bytes that nobody else can change. */
const received = new WeakMap<Uint8Array, { topic: string; id: Buffer }>();

function digest(topic: string, data: Uint8Array): Buffer {
  const known = received.get(data);
  if (known?.topic === topic) return known.id;
  return createHash("sha256").update(topic).update("|").update(data).digest();
}

const NOTHING = new Uint8Array(0);

/** The id of a message that a neighbour sent; gossipsub's own question for it is then answered without hashing again. */
export function receivedMessageId(topic: string, data: Uint8Array | undefined): Buffer {
  const id = digest(topic, data ?? NOTHING);
  if (data) received.set(data, { topic, id });
  return id;
}

/**
 * Gossip's settings for one topic. Messages are unsigned at this level because every record is signed itself, and the
 * message id is the content's hash, so the same record published twice is one message.
 */
export function gossipParameters(topic: string, reach: Reach): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: "StrictNoSign",
    fallbackToFloodsub: false,
    // Our own records go to every neighbour: they are small, and a peer with two links should not wait for a heartbeat.
    floodPublish: true,
    doPX: false,
    emitSelf: false,
    runOnLimitedConnection: true,
    allowedTopics: [topic],
    msgIdFn: (message) => digest(message.topic, message.data),
    // Without it every duplicate is validated again. Full hash: a forged collision could suppress a message.
    fastMsgIdFn: (message) => digest(message.topic, message.data ?? NOTHING).toString("base64"),
    ignoreDuplicatePublishError: true,
    // Publishing to nobody must stay an error: it would mark the record as seen, and the retry would go nowhere.
    allowPublishToZeroTopicPeers: false,
    maxInboundDataLength: MAX_GOSSIP_FRAME_BYTES,
    maxInboundStreams: MAX_GOSSIP_STREAMS,
    maxOutboundStreams: MAX_GOSSIP_STREAMS,
    // Without it everything a slow reader leaves unread is kept, without end.
    maxOutboundBufferSize: MAX_GOSSIP_UNSENT_BYTES,
    // A frame is read when the one before it is done with: the guard sets the pace.
    awaitRpcHandler: true,
    // One topic exists; a second subscription is either leaving or noise.
    maxTopicBytesPerPeer: 8 * 1024,
    decodeRpcLimits: {
      maxSubscriptions: 16,
      maxMessages: 5_000,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxControlMessages: 64,
      maxIdontwantMessageIDs: 512,
      maxPeerInfos: 16,
    },
    scoreParams: {
      topics: {
        // Reject has no effect unless the topic is scored, and every field is needed.
        [topic]: {
          topicWeight: 1,
          // P1: long-standing neighbours earn a little.
          timeInMeshWeight: 0.01,
          timeInMeshQuantum: 1_000,
          timeInMeshCap: 300,
          // P2: those who tell us first earn a little more.
          firstMessageDeliveriesWeight: 0.5,
          firstMessageDeliveriesDecay: 0.99,
          firstMessageDeliveriesCap: 14,
          // P3 and P3b off: on a quiet topic they punish everybody.
          meshMessageDeliveriesWeight: 0,
          meshMessageDeliveriesDecay: 0.5,
          meshMessageDeliveriesCap: 100,
          meshMessageDeliveriesThreshold: 20,
          meshMessageDeliveriesWindow: 10,
          meshMessageDeliveriesActivation: 5_000,
          meshFailurePenaltyWeight: 0,
          meshFailurePenaltyDecay: 0.5,
          // P4: the square of the rejected messages. Eight (−1,280) graylist; the count halves in about six minutes.
          invalidMessageDeliveriesWeight: -20,
          invalidMessageDeliveriesDecay: 0.998,
        },
      },
      topicScoreCap: 10,
      // P6: peers sharing one address beyond ten look like one owner. On loopback everybody shares one.
      IPColocationFactorWeight: reach === "loopback" ? 0 : -5,
      IPColocationFactorThreshold: 10,
      // P7: breaking gossip's own rules (grafting too early, promises not kept).
      behaviourPenaltyWeight: -10,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyDecay: 0.9,
      retainScore: 3_600_000,
    },
    scoreThresholds: {
      gossipThreshold: -100,
      publishThreshold: -300,
      graylistThreshold: GRAYLIST_SCORE,
      acceptPXThreshold: 100,
      opportunisticGraftThreshold: 2,
    },
  };
}
