import { join } from "node:path";
import { ALL_PRIVILEGES, createSigner, peerIdOfKey } from "@action-collective/protocol";
import { bearersOf } from "../../../node/src/capabilities/bearers.ts";
import { Capabilities } from "../../../node/src/capabilities/capabilities.ts";
import { composePost } from "../../../node/src/post/compose.ts";
import type { Post } from "../../../node/src/post/post.ts";
import { PostFile } from "../../../node/src/post/post-database.ts";
import type { Bearer } from "../../../node/src/post/types.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { TestSpace } from "./test-space.ts";

export const USER: Bearer = { ids: [], privileges: () => ALL_PRIVILEGES, charge: () => undefined };

/** A space at a desk of that post. */
export function spaceAt(stack: AsyncDisposableStack, post: Post, bearer: Bearer = USER): TestSpace {
  const desk = post.openDesk(bearer);
  return stack.use(
    new TestSpace((frames, waitMs, signal) => post.frames(desk, bearer, { frames, waitMs }, signal)),
  );
}

/** The post of a peer without a network. */
export async function lonelyPost(stack: AsyncDisposableStack) {
  const folder = stack.use(await temporaryFolder());
  const signer = createSigner(new Uint8Array(32).fill(1));
  const self = peerIdOfKey(signer.publicKey);
  const capabilities = new Capabilities({
    clock: Date.now,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  });
  const post = composePost({
    self,
    file: await PostFile.open(join(folder.path, "post.sqlite")),
    clock: Date.now,
    bearers: bearersOf(capabilities),
    isBlocked: () => false,
    log: () => undefined,
  });
  stack.defer(() => post.stop());
  return { self, post, capabilities };
}
