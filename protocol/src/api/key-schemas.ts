import { z } from "zod";

/** Base64 of 64 bytes. */
const signature = z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/, "must be base64 of 64 bytes");

/** "That key succeeds mine" (SPEC §4.9). */
export const successionRequest = z.strictObject({
  /** The whole id of the new key's peer. */
  successor: z.string().min(1).max(128),
  /** The new key's agreement, see `consentToSucceed`. */
  consent: signature,
});

/** "My key is in other hands since then." Nobody can take it back, nor move it to a later time. */
export const compromiseRequest = z.strictObject({
  /** Milliseconds since 1970, not in the future: what this key signed from then on counts for nothing. */
  since: z.number().int().min(0),
});

/** What was said about this peer's own key, and to how many neighbours it went at once. */
export const keyStatementResponse = z.object({
  peer: z.string(),
  successor: z.string().nullable(),
  compromisedSince: z.number().nullable(),
  recipients: z.number(),
});
export type KeyStatement = z.infer<typeof keyStatementResponse>;
