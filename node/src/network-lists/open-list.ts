import {
  createVerifier,
  keyOfPeerId,
  limits,
  type NetworkListContent,
  networkListBytes,
} from "@action-collective/protocol";
import {
  NetworkListChangedError,
  NetworkListEarlyError,
  NetworkListExpiredError,
  NetworkListNotSignedError,
  NetworkListOfOtherNetworkError,
} from "./errors.ts";
import { type ListSignature, type NetworkListFile, parseNetworkList } from "./format.ts";

export interface OpenListOptions {
  /** Peer ids of the keys that may sign this list. */
  readonly trustedKeys: readonly string[];
  /** Trusted signatures needed. */
  readonly threshold?: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The network that is joined; undefined takes the list's own word for it. */
  readonly network?: string;
}

/**
 * The one way from a file's text to a list that may be used (SPEC §8.3). Pure.
 * @throws {NetworkListMalformedError | NetworkListOfOtherNetworkError | NetworkListChangedError | NetworkListNotSignedError
 * | NetworkListEarlyError | NetworkListExpiredError}
 */
export function openNetworkList(text: string, options: OpenListOptions): NetworkListContent {
  const file = parseNetworkList(text);
  const { content } = file;
  if (options.network !== undefined && content.network !== options.network)
    throw new NetworkListOfOtherNetworkError(content.network, options.network);
  assertSigned(file, options);
  if (Date.parse(content.issued) > options.now + limits.clockSkewMs)
    throw new NetworkListEarlyError(content.issued);
  if (Date.parse(content.expires) <= options.now)
    throw new NetworkListExpiredError(content.network, content.expires);
  return content;
}

/** The signatures that hold, whoever made them, and those that do not. */
export function checkSignatures({ content, signatures }: NetworkListFile): {
  readonly good: readonly ListSignature[];
  readonly bad: readonly ListSignature[];
} {
  const message = networkListBytes(content);
  const { verify } = createVerifier();
  const holds = ({ key, signature }: ListSignature) =>
    verify(Buffer.from(signature, "base64"), message, keyOfPeerId(key));
  return { good: signatures.filter(holds), bad: signatures.filter((signature) => !holds(signature)) };
}

function assertSigned(file: NetworkListFile, { trustedKeys, threshold = 1 }: OpenListOptions): void {
  const trusted = new Set(trustedKeys);
  const needed = Math.max(1, threshold);
  const { good, bad } = checkSignatures(file);
  if (good.filter(({ key }) => trusted.has(key)).length >= needed) return;
  const broken = bad.find(({ key }) => trusted.has(key));
  if (broken !== undefined) throw new NetworkListChangedError(broken.key);
  throw new NetworkListNotSignedError({ trusted: trusted.size, signers: good.map(({ key }) => key), needed });
}
