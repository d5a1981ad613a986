import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { describeIssue } from "@action-collective/protocol";
import { z } from "zod";
import { InvalidEmbedderConfigError } from "./errors.ts";

/** Largest models in use have 4,096; more would only be a mistake, at 16 KB a vector. */
export const MAX_DIMENSIONS = 4_096;
/** Instructions that models ask for are sentences. */
export const MAX_PREFIX_CHARACTERS = 500;
export const OPENAI_URL = "https://api.openai.com/v1";
export const OPENAI_KEY_ENV = "OPENAI_API_KEY";

export const poolingSchema = z.enum(["mean", "cls"], "must be mean or cls");
export const folderSchema = z.string().max(4_096).refine(isAbsolute, "must be an absolute path");
export const modelSchema = z
  .string()
  .regex(/^[^\s\p{Cc}]{1,200}$/u, "must be a model's name, without spaces");
const dimensionsProblem = `must be a whole number from 1 to ${MAX_DIMENSIONS}`;
export const dimensionsSchema = z
  .number(dimensionsProblem)
  .int(dimensionsProblem)
  .min(1, dimensionsProblem)
  .max(MAX_DIMENSIONS, dimensionsProblem);
export const prefixSchema = z
  .string()
  .trim()
  .max(MAX_PREFIX_CHARACTERS, `must be at most ${MAX_PREFIX_CHARACTERS} characters`);
/** Does not match what keys look like, so that a key given by mistake is refused; no message repeats it. */
export const keyEnvSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, "must be the name of an environment variable, not the key itself");
export const urlSchema = z
  .string()
  .max(2_048)
  .refine(isServerUrl, "must be an http or https URL such as https://api.openai.com/v1, without a password");
const priceProblem = "must be a price from 0 to 1000000";
export const priceSchema = z.number(priceProblem).min(0, priceProblem).max(1_000_000, priceProblem);

const ownSchema = z.strictObject({ kind: z.literal("own") });
const onnxSchema = z.strictObject({
  kind: z.literal("onnx"),
  /** Holds `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json`. */
  folder: folderSchema,
  pooling: poolingSchema,
  queryPrefix: prefixSchema,
  documentPrefix: prefixSchema,
});
const openaiSchema = z.strictObject({
  kind: z.literal("openai"),
  baseUrl: urlSchema,
  model: modelSchema,
  /** Asked of the server once where it is not given. */
  dimensions: dimensionsSchema.optional(),
  queryPrefix: prefixSchema,
  documentPrefix: prefixSchema,
  /** Name of the environment variable that holds the key; without one, no key is sent. */
  apiKeyEnv: keyEnvSchema.optional(),
  /** Per million tokens, in any currency. */
  price: priceSchema.optional(),
});

const configSchema = z.discriminatedUnion("kind", [ownSchema, onnxSchema, openaiSchema]);

export type OwnConfig = z.output<typeof ownSchema>;
export type OnnxConfig = z.output<typeof onnxSchema>;
export type OpenaiConfig = z.output<typeof openaiSchema>;
/** Everything that decides which vectors come out, and no secret: fit for JSON and for a file. */
export type EmbedderConfig = z.output<typeof configSchema>;

/** @throws {InvalidEmbedderConfigError} */
export function parseEmbedderConfig(value: unknown): EmbedderConfig {
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw new InvalidEmbedderConfigError(parsed.error.issues.map(describeIssue));
  return parsed.data;
}

/**
 * @param files SHA-256 (hex) over everything in the folder that decides about vectors
 * @returns e.g. `onnx/mean/3f1c…`. The folder's name is not in it: a model that moved is the same model.
 */
export function onnxId({ pooling, queryPrefix, documentPrefix }: OnnxConfig, files: string): string {
  return `onnx/${pooling}/${digest([files, pooling, queryPrefix, documentPrefix])}`;
}

/** E.g. `openai/api.openai.com/text-embedding-3-small/1536`, and a digest behind it where there are prefixes. */
export function openaiId(config: OpenaiConfig, dimensions: number): string {
  const { queryPrefix, documentPrefix, model, baseUrl } = config;
  const id = `openai/${new URL(baseUrl).host}/${model}/${dimensions}`;
  return queryPrefix === "" && documentPrefix === "" ? id : `${id}/${digest([queryPrefix, documentPrefix])}`;
}

/** One space between the two: prefixes are kept trimmed, and "query:" glued to the first word is another word. */
export function withPrefix(prefix: string, text: string): string {
  return prefix === "" ? text : `${prefix} ${text}`;
}

/** 64 bits: two of a user's own models never meet by chance, and nobody gains by forging one. */
function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === "";
}
