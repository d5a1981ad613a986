import { join } from "node:path";
import { createSigner, type PeerId, peerIdOfKey } from "@action-collective/protocol";
import { bearerOf, bearersOf } from "../../../node/src/capabilities/bearers.ts";
import { Capabilities } from "../../../node/src/capabilities/capabilities.ts";
import type { LetterStream } from "../../../node/src/network/agents/letter-stream.ts";
import { composePost } from "../../../node/src/post/compose.ts";
import type { Post } from "../../../node/src/post/post.ts";
import { PostFile } from "../../../node/src/post/post-database.ts";
import type { Bearer } from "../../../node/src/post/types.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { TestSpace } from "./test-space.ts";

export const USER: Bearer = bearerOf("user");

/** A space at a desk of that post. */
export function spaceAt(stack: AsyncDisposableStack, post: Post, bearer: Bearer = USER): TestSpace {
  const desk = post.openDesk(bearer);
  return stack.use(
    new TestSpace((frames, waitMs, signal) => post.frames(desk, bearer, { frames, waitMs }, signal)),
  );
}

export interface TestPost {
  readonly self: PeerId;
  readonly home: string;
  readonly post: Post;
  readonly capabilities: Capabilities;
  readonly blocked: Set<string>;
}

/** Posts of several peers, wired to each other in memory; who is not wired cannot be reached. */
export class TestPosts {
  readonly #stack: AsyncDisposableStack;
  readonly #posts = new Map<string, Post>();
  /** Both ends of every stream that was opened. */
  readonly streams: [LetterStream, LetterStream][] = [];
  /** Added to everybody's clock, in milliseconds. */
  later = 0;

  constructor(stack: AsyncDisposableStack) {
    this.#stack = stack;
  }

  async start(number: number, home?: string): Promise<TestPost> {
    const folder = home ?? this.#stack.use(await temporaryFolder()).path;
    const signer = createSigner(new Uint8Array(32).fill(number));
    const self = peerIdOfKey(signer.publicKey);
    const clock = () => Date.now() + this.later;
    const capabilities = new Capabilities({
      clock,
      random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    });
    const blocked = new Set<string>();
    const post = composePost({
      self,
      network: "test",
      signer,
      file: await PostFile.open(join(folder, "post.sqlite")),
      open: async (peer) => this.#open(self, peer),
      clock,
      bearers: bearersOf(capabilities),
      isBlocked: (peer) => blocked.has(peer),
      share: () => 1,
      log: () => undefined,
    });
    post.start();
    this.#stack.defer(() => post.stop());
    this.#posts.set(self, post);
    return { self, home: folder, post, capabilities, blocked };
  }

  /** It cannot be reached any more. */
  cut({ self }: TestPost): void {
    this.#posts.delete(self);
  }

  restore({ self, post }: TestPost): void {
    this.#posts.set(self, post);
    for (const other of this.#posts.values()) other.met(self);
  }

  #open(from: string, to: string): LetterStream {
    const post = this.#posts.get(to);
    if (post === undefined || !this.#posts.has(from)) throw new Error("nobody there");
    const [near, far] = streamPair();
    this.streams.push([near, far]);
    post.serve(far, from).catch((error: unknown) => far.reset(error as Error));
    return near;
  }
}

/** Two ends of a stream in memory. */
export function streamPair(): [LetterStream, LetterStream] {
  const gone = [new AbortController(), new AbortController()] as const;
  const [a, b] = [new FrameBuffer(), new FrameBuffer()];
  const end = (reads: FrameBuffer, writes: FrameBuffer, own: AbortController, other: AbortController) => ({
    gone: own.signal,
    write: async (frame: Uint8Array, signal: AbortSignal) => {
      signal.throwIfAborted();
      own.signal.throwIfAborted();
      writes.push(frame);
    },
    read: (signal: AbortSignal) => reads.shift(signal),
    close: async () => undefined,
    reset: (error: Error) => {
      for (const buffer of [reads, writes]) buffer.break(error);
      other.abort(new DOMException("The other peer ended the exchange", "AbortError"));
    },
  });
  return [end(a, b, gone[0], gone[1]), end(b, a, gone[1], gone[0])];
}

class FrameBuffer {
  readonly #frames: Uint8Array[] = [];
  #broken: Error | undefined;
  #wake: () => void = () => undefined;

  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#wake();
  }

  break(error: Error): void {
    this.#broken ??= error;
    this.#wake();
  }

  async shift(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      signal.throwIfAborted();
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      if (this.#broken !== undefined) throw this.#broken;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }
}
