import { z } from "zod";
import { limits } from "./limits.ts";
import { permissionsSchema } from "./manifest.ts";
import { isActionId, NAME } from "./manifest-rules.ts";

/** Bounds of a lock file: it is written by a program, read in reviews, and may come from anybody. */
export const lockLimits = {
  /** 256 pins with all their permissions and publishers take 600 kB. */
  fileBytes: 1024 * 1024,
  actions: 256,
  /** Whoever published it first; more say nothing more. */
  publishers: 8,
} as const;

/** An ed25519 peer id as text (SPEC §1.1). */
const PEER_ID = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/;

/** An action that a project uses. The id alone decides which one; the rest is for readers, and is compared with it. */
export const lockedActionSchema = z.strictObject({
  id: z.string().refine(isActionId, "must be an action's id"),
  name: z.string().regex(NAME, "must be an action's name").max(limits.nameCharacters),
  permissions: permissionsSchema,
  /** Who published it when it was pinned. */
  publishers: z.array(z.string().regex(PEER_ID, "must be a peer's id")).max(lockLimits.publishers),
});
export type LockedAction = z.infer<typeof lockedActionSchema>;

/** What a project may call an action: what may also be a tool's name. */
export function isAlias(text: string): boolean {
  return text.length <= limits.nameCharacters && NAME.test(text);
}

/** `collective.lock`: which actions a project uses, by the names that it gives them. */
export const lockSchema = z.strictObject({
  version: z.literal(1),
  actions: z.record(z.string().refine(isAlias), lockedActionSchema).superRefine((actions, context) => {
    const aliases = Object.keys(actions);
    const complain = (message: string) => context.addIssue({ code: "custom", message });
    if (aliases.length > lockLimits.actions) complain(`holds more than ${lockLimits.actions} actions`);
    if (new Set(aliases.map((name) => name.toLowerCase())).size < aliases.length)
      complain("two names differ in upper and lower case alone");
    const ids = Object.values(actions).map(({ id }) => id);
    if (new Set(ids).size < ids.length) complain("an action stands under two names");
  }),
});
export type Lock = z.infer<typeof lockSchema>;
