import { compareBytes } from "../bytes.ts";
import { BadSignatureError, MalformedError } from "../errors.ts";
import { type PeerId, sha256 } from "../ids.ts";
import { signedBytes } from "../network-names.ts";
import type { Verifier } from "../signature.ts";
import type { BodyOf, SignedHead } from "./bodies.ts";
import { decodeHead } from "./head.ts";
import { registerOf } from "./order.ts";

/**
 * The body of an equivocation, from two records of one register and one revision (SPEC §4.10). Heads are enough: each
 * commits to its body by hash, so the proof of two 16 KiB records has 700 bytes.
 */
export function proveEquivocation(a: SignedHead, b: SignedHead): BodyOf<"equivocation"> {
  const [first, second] = compareBytes(sha256(a.head), sha256(b.head)) < 0 ? [a, b] : [b, a];
  const pick = ({ head, signature }: SignedHead): SignedHead => ({ head, signature });
  return { first: pick(first), second: pick(second) };
}

/** @throws {MalformedError | NotCanonicalError | LimitExceededError} the two heads do not accuse `accused`. */
export function assertAccuses(proof: BodyOf<"equivocation">, accused: PeerId): void {
  const first = decodeHead(proof.first.head);
  const second = decodeHead(proof.second.head);
  const reason =
    first.author !== accused || second.author !== accused
      ? "is about another peer than its subject"
      : registerOf(first) !== registerOf(second)
        ? "shows records of two registers"
        : first.revision !== second.revision
          ? "shows two revisions, which anybody may write"
          : undefined;
  if (reason !== undefined) throw new MalformedError(`The equivocation ${reason}`);
  if (compareBytes(sha256(proof.first.head), sha256(proof.second.head)) >= 0)
    throw new MalformedError("The equivocation's heads must differ and stand in the order of their digests");
}

/** @throws {BadSignatureError} one of the two was not signed by the accused. */
export function assertProof(proof: BodyOf<"equivocation">, verifier: Verifier, network: string): void {
  for (const { head, signature } of [proof.first, proof.second])
    if (!verifier.verify(signature, signedBytes("record", network, head), decodeHead(head).authorKey))
      throw new BadSignatureError("The equivocation shows a record that the accused did not sign");
}
