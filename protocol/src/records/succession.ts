import { BadSignatureError, MalformedError } from "../errors.ts";
import { keyOfPeerId, type PeerId } from "../ids.ts";
import { signedBytes } from "../network-names.ts";
import type { Signer, Verifier } from "../signature.ts";
import { type BodyOf, MAX_REVISION } from "./bodies.ts";

interface SuccessionParts {
  readonly author: PeerId;
  readonly authorKey: Uint8Array;
  readonly subject: PeerId;
  readonly revision: number;
  readonly created: number;
  readonly body: BodyOf<"succession">;
}

/** The successor's agreement (SPEC §4.9): without it anybody could hang a bad past on somebody else's key. */
export function consentToSucceed(successor: Signer, oldKey: Uint8Array, network: string): Uint8Array {
  return successor.sign(signedBytes("succession", network, oldKey, successor.publicKey));
}

/**
 * The revision that a declaration of compromise must carry: the earlier the time, the higher. So the ordinary order
 * of revisions lets an earlier declaration replace a later one, and nobody who holds the key can take one back.
 */
export function revisionOfCompromise(compromisedSince: number): number {
  return MAX_REVISION - compromisedSince;
}

/** @throws {MalformedError} */
export function assertSuccession({ author, subject, revision, created, body }: SuccessionParts): void {
  if ("consent" in body) {
    if (subject === author) throw new MalformedError("The succession names its own author as successor");
    return;
  }
  if (subject !== author) throw new MalformedError("The succession declares somebody else's key compromised");
  if (body.compromisedSince > created)
    throw new MalformedError("The succession declares a compromise that is still to come");
  if (revision !== revisionOfCompromise(body.compromisedSince))
    throw new MalformedError("The succession's revision must be 2^53 - 1 - compromisedSince");
}

/** @throws {BadSignatureError} the successor did not agree. */
export function assertConsent(parts: SuccessionParts, verifier: Verifier, network: string): void {
  if (!("consent" in parts.body)) return;
  const successor = keyOfPeerId(parts.subject);
  const message = signedBytes("succession", network, parts.authorKey, successor);
  if (!verifier.verify(parts.body.consent, message, successor))
    throw new BadSignatureError(`The succession is not consented to by ${parts.subject}`);
}
