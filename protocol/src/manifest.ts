import type { CID } from "multiformats/cid";
import { z } from "zod";
import { decodeCanonical, encodeCanonical } from "./canonical.ts";
import { LimitExceededError, MalformedError } from "./errors.ts";
import { type ActionId, actionIdOf, cidOf, DAG_CBOR, isOurCid, RAW } from "./ids.ts";
import type { Json } from "./json.ts";
import { limits } from "./limits.ts";
import { isManifest } from "./manifest-check.ts";
import {
  FETCH_METHODS,
  HEADER,
  hasRepeats,
  isActionId,
  isCaseValue,
  isFetchUrl,
  isNetPermission,
  LANGUAGES,
  lineProblem,
  NAME,
  proseProblem,
  reaches,
  SECRET,
  TAG,
} from "./manifest-rules.ts";
import { schemaProblems } from "./schema-bounds.ts";

function text(problemOf: (text: string) => string | undefined) {
  return z.string().superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });
}

const line = (most: number) => text((value) => lineProblem(value, most));

const listOf = (item: z.ZodType<string>, most: number) =>
  z
    .array(item)
    .max(most)
    .refine((items) => !hasRepeats(items), "must not repeat an entry");

const json = z.custom<Json>(isCaseValue, "must be JSON within the depth limit");

const jsonSchema = z.custom<Json>().superRefine((schema, context) => {
  for (const problem of schemaProblems(schema, "schema"))
    context.addIssue({ code: "custom", message: problem });
});

/** Any well-formed text, as in the data of cases (SPEC §7.3). */
const bodyText = z.string().refine(isCaseValue, "must be well-formed text");

const fetchHeaders = z
  .record(
    z.string().regex(HEADER, "must be a header's name in lower case").max(limits.tagCharacters),
    line(limits.permissionCharacters),
  )
  .refine(
    (headers) => Object.keys(headers).length <= limits.fetchHeaders,
    `at most ${limits.fetchHeaders} headers`,
  );

/** What the network answers to one request while a case is tried; nothing is really asked (SPEC §5.2). */
export const fetchSchema = z.strictObject({
  method: z.enum(FETCH_METHODS).optional(),
  url: z.string().refine(isFetchUrl, "must be an http or https address without user, password and fragment"),
  status: z.number().int().min(200).max(599).optional(),
  headers: fetchHeaders.optional(),
  body: z.union([z.strictObject({ json }), z.strictObject({ text: bodyText })]).optional(),
});
/** One answer of the network, given in a case. */
export type Fetch = z.infer<typeof fetchSchema>;

const fetches = z.array(fetchSchema).min(1).max(limits.fetchesPerCase).optional();

/** One input with what must come of it, judged by whoever verifies (SPEC §5.2). */
export const caseSchema = z.union(
  [
    z.strictObject({
      input: json,
      output: json,
      tolerance: z.number().positive().max(1).optional(),
      fetches,
    }),
    z.strictObject({ input: json, error: line(limits.reasonCharacters), fetches }),
  ],
  "must be { input, output, tolerance?, fetches? } or { input, error, fetches? }",
);
export type Case = z.infer<typeof caseSchema>;

export const languageSchema = z.enum(LANGUAGES);
export type Language = z.infer<typeof languageSchema>;

const netPermission = z.string().refine(isNetPermission, "must be host or host:port, in lower case");
const secretPermission = z.string().regex(SECRET, "must be a name such as API_TOKEN");

export const permissionsSchema = z.strictObject({
  net: listOf(netPermission, limits.netPermissions).optional(),
  secrets: listOf(secretPermission, limits.secretPermissions).optional(),
});
/** What an action asks for. Empty: it needs nothing but its input. */
export type Permissions = z.infer<typeof permissionsSchema>;

const tag = z.string().regex(TAG, "must be lower-case letters, digits and -").max(limits.tagCharacters);

/** Every field that people write, none of them left out. */
const fields = {
  name: z
    .string()
    .regex(NAME, "must begin with a letter and hold letters, digits, - and _")
    .max(limits.nameCharacters),
  description: text((value) => proseProblem(value, limits.descriptionCharacters)),
  useWhen: listOf(line(limits.useWhenCharacters), limits.useWhen),
  input: jsonSchema,
  output: jsonSchema,
  tags: listOf(tag, limits.tags),
  licence: line(limits.licenceCharacters),
  permissions: permissionsSchema,
  cases: z.array(caseSchema).max(limits.casesAtMost),
  /** Ids of the actions it calls, `context.call(id, input)`. */
  uses: listOf(z.string().refine(isActionId, "must be an action's id"), limits.uses),
};

/** The part of a manifest that people write, and that `action.json` holds. */
export const descriptionSchema = z.strictObject({
  ...fields,
  useWhen: fields.useWhen.default([]),
  tags: fields.tags.default([]),
  permissions: fields.permissions.default({}),
  cases: fields.cases.default([]),
  uses: fields.uses.default([]),
});
export type ActionDescription = z.infer<typeof descriptionSchema>;

const codeCid = z.custom<CID>((value) => isOurCid(value, RAW), "must be a raw sha2-256 CIDv1");

/** On the wire nothing is left to defaults: one meaning has one encoding. */
const manifestSchema = z
  .strictObject({
    ...fields,
    v: z.literal(1),
    language: languageSchema,
    code: codeCid,
    test: codeCid.optional(),
    // Absent when it uses none: one meaning has one encoding.
    uses: fields.uses.min(1).optional(),
  })
  .superRefine((manifest, context) => {
    for (const problem of [
      ...testProblems(manifest.cases.length, manifest.test !== undefined),
      ...fetchProblems(manifest),
    ])
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

/** A case may bring along answers of those hosts alone that the action asks for (SPEC §5.2). */
export function fetchProblems({ cases, permissions }: Pick<Manifest, "cases" | "permissions">): string[] {
  const { net = [] } = permissions;
  return cases.flatMap(({ fetches = [] }, at) =>
    fetches
      .filter(({ url }) => isFetchUrl(url) && !reaches(net, url))
      .map(({ url }) => `cases.${at}: ${new URL(url).host} is not among permissions.net`),
  );
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
  const manifest = isManifest(value) ? value : parseManifest(value);
  const cid = cidOf(bytes, DAG_CBOR);
  return { id: actionIdOf(cid), cid, bytes, manifest };
}

/** The rule itself, with reasons. @throws {MalformedError} */
export function parseManifest(value: unknown): Manifest {
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw new MalformedError(`The manifest is malformed: ${firstIssue(parsed.error)}`);
  return parsed.data;
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
