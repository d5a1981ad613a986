import { type EmbedderConfig, OPENAI_KEY_ENV, OPENAI_URL, parseEmbedderConfig } from "./config.ts";

/** The settings that are about the embedder. */
export interface EmbedderSettings {
  readonly embedder: EmbedderConfig["kind"];
  readonly embedderFolder?: string | undefined;
  readonly embedderPooling?: "mean" | "cls" | undefined;
  readonly embedderModel?: string | undefined;
  readonly embedderUrl?: string | undefined;
  readonly embedderDimensions?: number | undefined;
  readonly embedderKeyEnv?: string | undefined;
  readonly embedderPrice?: number | undefined;
  readonly embedderQueryPrefix?: string | undefined;
  readonly embedderDocumentPrefix?: string | undefined;
}

type Name = Exclude<keyof EmbedderSettings, "embedder">;

const PREFIXES: readonly Name[] = ["embedderQueryPrefix", "embedderDocumentPrefix"];
/** What each kind takes. Anything else is a mistake that would otherwise go unnoticed: that of the wrong embedder. */
const TAKEN: Readonly<Record<EmbedderConfig["kind"], readonly Name[]>> = {
  own: [],
  onnx: ["embedderFolder", "embedderPooling", ...PREFIXES],
  openai: [
    "embedderModel",
    "embedderUrl",
    "embedderDimensions",
    "embedderKeyEnv",
    "embedderPrice",
    ...PREFIXES,
  ],
};
const NEEDED: Readonly<Partial<Record<EmbedderConfig["kind"], Name>>> = {
  onnx: "embedderFolder",
  openai: "embedderModel",
};

/** What does not go together; empty when all is well. */
export function embedderProblems(settings: EmbedderSettings): string[] {
  const { embedder } = settings;
  const names = [...new Set(Object.values(TAKEN).flat())];
  const useless = names.filter((name) => settings[name] !== undefined && !TAKEN[embedder].includes(name));
  const problems = useless.map((name) => `${name}: is of no use with the embedder "${embedder}"`);
  const needed = NEEDED[embedder];
  if (needed !== undefined && settings[needed] === undefined)
    problems.unshift(`${needed}: must be set with the embedder "${embedder}"`);
  return problems;
}

/** @throws {InvalidEmbedderConfigError} only for settings that `resolveSettings` would have refused */
export function embedderConfigOf(settings: EmbedderSettings): EmbedderConfig {
  const {
    embedder: kind,
    embedderQueryPrefix: queryPrefix = "",
    embedderDocumentPrefix: documentPrefix = "",
  } = settings;
  if (kind === "own") return { kind };
  if (kind === "onnx") {
    const { embedderFolder: folder, embedderPooling: pooling = "mean" } = settings;
    return parseEmbedderConfig({ kind, folder, pooling, queryPrefix, documentPrefix });
  }
  const baseUrl = settings.embedderUrl ?? OPENAI_URL;
  // A key of OpenAI's that happens to be in the environment must not go to another server.
  const usualKey = new URL(baseUrl).host === new URL(OPENAI_URL).host ? OPENAI_KEY_ENV : undefined;
  return parseEmbedderConfig({
    kind,
    baseUrl,
    model: settings.embedderModel,
    dimensions: settings.embedderDimensions,
    queryPrefix,
    documentPrefix,
    apiKeyEnv: settings.embedderKeyEnv ?? usualKey,
    price: settings.embedderPrice,
  });
}
