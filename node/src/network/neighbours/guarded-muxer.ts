import { type YamuxMuxerInit, yamux } from "@libp2p/yamux";
import { type Rate, TokenBucket } from "../../token-bucket.ts";

/**
 * Yamux that takes so many streams a second from the other end of a connection. How many are open at a time is bounded by
 * yamux itself; who opens and closes them as fast as the line allows would still have each one negotiated. What is beyond is
 * reset before anything is read from it.
 */
export function guardedMuxer(init: YamuxMuxerInit, rate: Rate, now: () => number): ReturnType<typeof yamux> {
  return () => {
    const factory = yamux(init)();
    const create = factory.createStreamMuxer.bind(factory);
    factory.createStreamMuxer = (connection) => {
      const muxer = create(connection);
      const opened = new TokenBucket(rate, now());
      const take = muxer.onRemoteStream.bind(muxer);
      muxer.onRemoteStream = (stream) => {
        if (opened.take(1, now())) take(stream);
        else stream.abort(new DOMException("too many streams were opened of late", "AbortError"));
      };
      return muxer;
    };
    return factory;
  };
}
