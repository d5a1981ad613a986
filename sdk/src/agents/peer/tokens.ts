import { randomBytes } from "node:crypto";
import { CAPABILITY_NONCE_BYTES, narrowCapability, type Privileges } from "@action-collective/protocol";

/** Whom a capability is for. */
export interface TokenFor {
  readonly agent: string;
  readonly role: string | undefined;
  readonly privileges: Privileges;
}

/** A capability one level below, cut from `token` here, without the peer. @throws {InvalidCapabilityError | BroaderPrivilegesError} */
export function cutToken(token: string, { agent, role, privileges }: TokenFor): string {
  const block = { agent, privileges, ...(role === undefined ? {} : { role }) };
  return narrowCapability(token, block, randomBytes(CAPABILITY_NONCE_BYTES));
}
