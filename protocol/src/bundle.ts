import type { CID } from "multiformats/cid";
import { z } from "zod";
import { InvalidDefinitionError, LimitExceededError } from "./errors.ts";
import { cidOf, RAW } from "./ids.ts";
import { limits } from "./limits.ts";
import {
  describeIssue,
  descriptionSchema,
  type EncodedManifest,
  encodeManifest,
  fetchProblems,
  type Language,
  languageSchema,
  type Manifest,
  testProblems,
} from "./manifest.ts";

/** Encoding to UTF-8 would replace half a surrogate pair in silence, and publish another program than was written. */
const sourceText = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed(), "contains half of a surrogate pair");

/** What a publisher gives: the contents of an action folder. */
export const definitionSchema = descriptionSchema.extend({
  language: languageSchema,
  code: sourceText,
  test: sourceText.optional(),
});
export type ActionDefinition = z.infer<typeof definitionSchema>;
/** The same before defaults are filled in: what a caller may write. */
export type ActionDefinitionInput = z.input<typeof definitionSchema>;

/** Manifest, code and test: what is pinned and fetched (SPEC §5.4). */
export interface Bundle extends EncodedManifest {
  readonly code: string;
  readonly test: string | undefined;
}

export interface BundleBlock {
  readonly cid: CID;
  readonly bytes: Uint8Array;
  readonly codec: "raw" | "dag-cbor";
}

/**
 * Turns what a publisher wrote into a bundle, listing everything that is wrong at once.
 * @throws {InvalidDefinitionError | LimitExceededError}
 */
export function buildBundle(definition: unknown): Bundle {
  const parsed = definitionSchema.safeParse(definition);
  const problems = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  if (parsed.success)
    problems.push(
      ...testProblems(parsed.data.cases.length, parsed.data.test !== undefined),
      ...fetchProblems(parsed.data),
    );
  if (!parsed.success || problems.length > 0) throw new InvalidDefinitionError(problems);
  const { code, test, language, uses, ...description } = parsed.data;
  const codeBytes = boundedText(code, limits.codeBytes, "The code");
  const testBytes = test === undefined ? undefined : boundedText(test, limits.testBytes, "The test");
  const manifest: Manifest = {
    v: 1,
    ...stripUndefined(description),
    language,
    code: cidOf(codeBytes, RAW),
    ...(testBytes === undefined ? {} : { test: cidOf(testBytes, RAW) }),
    ...(uses.length === 0 ? {} : { uses }),
  };
  return { ...encodeManifest(manifest), code, test };
}

/** dag-cbor has no undefined; optional fields that are absent must not exist. */
function stripUndefined<Part extends object>(description: Part): Part {
  return JSON.parse(JSON.stringify(description)) as Part;
}

function boundedText(text: string, most: number, what: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > most)
    throw new LimitExceededError(`${what} has ${bytes.length} bytes; at most ${most} are allowed`);
  return bytes;
}

/** The blocks of a bundle in the order they should be stored: leaves first, so that a manifest never dangles. */
export function blocksOf(bundle: Bundle): BundleBlock[] {
  const encode = (text: string) => new TextEncoder().encode(text);
  const leaves: BundleBlock[] = [{ cid: bundle.manifest.code, bytes: encode(bundle.code), codec: "raw" }];
  if (bundle.manifest.test !== undefined && bundle.test !== undefined)
    leaves.push({ cid: bundle.manifest.test, bytes: encode(bundle.test), codec: "raw" });
  return [...leaves, { cid: bundle.cid, bytes: bundle.bytes, codec: "dag-cbor" }];
}

export function fileNames(language: Language): { code: string; test: string } {
  const extension = language === "typescript" ? "ts" : "js";
  return { code: `action.${extension}`, test: `action.test.${extension}` };
}
