import type { CID } from "multiformats/cid";
import { z } from "zod";
import { decodeCanonical, encodeCanonical } from "./canonical.ts";
import { LimitExceededError, MalformedError } from "./errors.ts";
import { type ActionId, actionIdOf, cidOf, DAG_CBOR, isOurCid, RAW } from "./ids.ts";
import { assertJsonDepth, isJson, type Json } from "./json.ts";
import { limits } from "./limits.ts";
import { schemaProblems } from "./schema-bounds.ts";
import { type TextRule, textProblem } from "./text.ts";

const line = (most: number, least = 1) => safeText({ most, lines: "one" }, least);
const prose = (most: number) => safeText({ most, lines: "many" }, 1);

function safeText(rule: TextRule, least: number) {
  return z.string().superRefine((text, context) => {
    if (text.trim().length < least) context.addIssue({ code: "custom", message: "must not be empty" });
    const problem = textProblem(text, rule);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });
}

const json = z.custom<Json>(
  (value) => value !== undefined && isBoundedJson(value),
  "must be JSON within the depth limit",
);

function isBoundedJson(value: unknown): boolean {
  try {
    assertJsonDepth(value, limits.jsonDepth, "A value");
  } catch {
    return false;
  }
  return isJson(value);
}

const jsonSchema = z.custom<Json>(isBoundedJson, "must be a JSON Schema").superRefine((schema, context) => {
  for (const problem of schemaProblems(schema, "schema"))
    context.addIssue({ code: "custom", message: problem });
});

/** One input with what must come of it, judged by whoever verifies (SPEC §5.2). */
export const caseSchema = z.union(
  [
    z.strictObject({ input: json, output: json, tolerance: z.number().positive().max(1).optional() }),
    z.strictObject({ input: json, error: line(limits.reasonCharacters) }),
  ],
  "must be { input, output, tolerance? } or { input, error }",
);
export type Case = z.infer<typeof caseSchema>;

export const languageSchema = z.enum(["typescript", "javascript"]);
export type Language = z.infer<typeof languageSchema>;

/** A host name or IPv4 address with an optional port: exactly what the sandbox can be told to allow. */
const netPermission = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?$/,
    "must be host or host:port, in lower case",
  );
const secretPermission = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, "must be a name such as API_TOKEN");

export const permissionsSchema = z.strictObject({
  net: z.array(netPermission).max(limits.netPermissions).optional(),
  secrets: z.array(secretPermission).max(limits.secretPermissions).optional(),
});
/** What an action asks for. Empty: it needs nothing but its input. */
export type Permissions = z.infer<typeof permissionsSchema>;

/** The part of a manifest that people write, and that `action.json` holds. */
export const descriptionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z][a-zA-Z0-9_-]*$/, "must begin with a letter and hold letters, digits, - and _")
    .max(limits.nameCharacters),
  description: prose(limits.descriptionCharacters),
  useWhen: z.array(line(limits.useWhenCharacters)).max(limits.useWhen).default([]),
  input: jsonSchema,
  output: jsonSchema,
  tags: z
    .array(
      z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and -")
        .max(limits.tagCharacters),
    )
    .max(limits.tags)
    .default([]),
  licence: line(limits.licenceCharacters),
  permissions: permissionsSchema.default({}),
  cases: z.array(caseSchema).max(limits.casesAtMost).default([]),
});
export type ActionDescription = z.infer<typeof descriptionSchema>;

const cidSchema = z.custom<CID>((value) => isOurCid(value, RAW), "must be a raw sha2-256 CIDv1");

const manifestSchema = descriptionSchema
  .extend({ v: z.literal(1), language: languageSchema, code: cidSchema, test: cidSchema.optional() })
  .superRefine((manifest, context) => {
    for (const problem of testProblems(manifest.cases.length, manifest.test !== undefined))
      context.addIssue({ code: "custom", message: problem });
  });

/** The dag-cbor block that describes an action (SPEC §5.1). It names no author. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Cases, a test module, or both; never neither (SPEC §5.2). */
export function testProblems(cases: number, hasTest: boolean): string[] {
  if (cases === 0 && !hasTest)
    return [`has no unit test: give at least ${limits.casesAtLeast} cases, or an action.test.ts`];
  if (cases > 0 && cases < limits.casesAtLeast && !hasTest)
    return [`has ${cases} cases; give at least ${limits.casesAtLeast}, or an action.test.ts beside them`];
  return [];
}

export interface EncodedManifest {
  readonly id: ActionId;
  readonly cid: CID;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

/** @throws {LimitExceededError} the manifest is larger than a record can carry. */
export function encodeManifest(manifest: Manifest): EncodedManifest {
  const bytes = encodeCanonical(manifest);
  if (bytes.length > limits.manifestBytes)
    throw new LimitExceededError(
      `The manifest has ${bytes.length} bytes; at most ${limits.manifestBytes} are allowed. Move bulky cases into action.test.ts`,
    );
  const cid = cidOf(bytes, DAG_CBOR);
  return { id: actionIdOf(cid), cid, bytes, manifest };
}

/** @throws {LimitExceededError | NotCanonicalError | MalformedError} */
export function decodeManifest(bytes: Uint8Array): EncodedManifest {
  const value = decodeCanonical(bytes, limits.manifestBytes);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw new MalformedError(`The manifest is malformed: ${firstIssue(parsed.error)}`);
  const cid = cidOf(bytes, DAG_CBOR);
  return { id: actionIdOf(cid), cid, bytes, manifest: parsed.data };
}

/** One line that names the first thing wrong, for logs and errors. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? "unknown" : describeIssue(issue);
}

export function describeIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
