import { z } from "zod";
import { definitionSchema } from "../bundle.ts";
import type { Json } from "../json.ts";
import { limits } from "../limits.ts";
import { languageSchema, permissionsSchema } from "../manifest.ts";
import { describedMethodSchema } from "./agent-schemas.ts";
import { cardSchema, standingSchema, verificationSchema } from "./schemas.ts";

const json = z.custom<Json>((value) => value !== undefined);

/** What making an action takes before anything is published: describing it from its types, and proving it. */

export const proveRequest = z.strictObject({
  definition: definitionSchema,
  /** What passes stays here, unpublished: it can be found, run and, later, published by its id. */
  keep: z.boolean().default(false),
});
export const proveResponse = z.object({
  id: z.string(),
  name: z.string(),
  /** A failed test is an answer; it says what went wrong. */
  verification: verificationSchema,
  /** It passed and is in this peer's catalogue now. */
  kept: z.boolean(),
  /** Why it may not leave this machine as it is (a credential in it); absent when nothing speaks against it. */
  unpublishable: z.string().optional(),
  /** What it uses and nobody has published: publishing it publishes these as well. Absent when there is none. */
  publishesAlong: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  /** What the collective has already that is much like it, from others. */
  similar: z.array(cardSchema),
  /** What this peer published under the same name and is much like it: its earlier versions. Absent when there is none. */
  earlier: z.array(z.string()).optional(),
  /** What would make it easier to find. */
  advice: z.array(z.string()),
});
export type Proof = z.infer<typeof proveResponse>;

export const describeRequest = z.strictObject({
  code: z.string().min(1).max(limits.codeBytes),
  language: languageSchema.default("typescript"),
  /** Describe the methods of this class too; its name, or "default". */
  class: z.string().min(1).max(128).optional(),
});
/** What a module's types and comments say of its action; what they do not say is absent. */
export const describeResponse = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  useWhen: z.array(z.string()),
  tags: z.array(z.string()),
  licence: z.string().optional(),
  input: json.optional(),
  output: json.optional(),
  cases: z.array(z.object({ input: json, output: json })),
  /** Of the class that was asked for; absent when none was. */
  methods: z.array(describedMethodSchema).optional(),
  /** What could not be told, and how to say it: one line each. */
  problems: z.array(z.string()),
});
export type Described = z.infer<typeof describeResponse>;

/** An action that agents get as a tool of its own, because the user chose it. */
export const toolSchema = z.object({
  id: z.string(),
  /** As tools are called by: the action's name, with a number where two have one name. */
  tool: z.string(),
  name: z.string(),
  summary: z.string(),
  input: json,
  output: json,
  permissions: permissionsSchema,
  standing: standingSchema,
  /** Why agents are not offered it now: its test failed here, or the user's rules are against it. Absent when they are. */
  withheld: z.string().optional(),
});
export type PinnedTool = z.infer<typeof toolSchema>;
export const toolsResponse = z.object({ tools: z.array(toolSchema) });

/** More tools than this make a model choose worse, and are read with every request. */
const MOST_TOOLS = 64;
const refs = z.array(z.string().min(1).max(128)).max(MOST_TOOLS).optional();
export const toolsRequest = z.strictObject({ add: refs, remove: refs });
