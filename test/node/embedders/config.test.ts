import { describe, expect, it } from "vitest";
import {
  type EmbedderConfig,
  onnxId,
  openaiId,
  parseEmbedderConfig,
  withPrefix,
} from "../../../node/src/embedders/config.ts";
import { embedderConfigOf } from "../../../node/src/embedders/config-of-settings.ts";

const onnx = { kind: "onnx", folder: "/m", pooling: "mean", queryPrefix: "", documentPrefix: "" } as const;
const openai = {
  kind: "openai",
  baseUrl: "https://api.openai.com/v1",
  model: "text-embedding-3-small",
  queryPrefix: "",
  documentPrefix: "",
} as const;

describe("an embedder's configuration", () => {
  it("survives JSON", () => {
    const all: EmbedderConfig[] = [
      { kind: "own" },
      onnx,
      openai,
      { ...openai, dimensions: 256, apiKeyEnv: "MY_KEY", price: 0.02, queryPrefix: "query:" },
    ];
    for (const config of all) expect(parseEmbedderConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it.each([
    [{ kind: "magic" }],
    [{ kind: "own", folder: "/m" }],
    [{ ...onnx, folder: "relative/folder" }],
    [{ ...onnx, pooling: "max" }],
    [{ ...onnx, queryPrefix: "x".repeat(501) }],
    [{ ...openai, baseUrl: "file:///etc/passwd" }],
    [{ ...openai, baseUrl: "https://user:word@example.org" }],
    [{ ...openai, dimensions: 0 }],
    [{ ...openai, dimensions: 5_000 }],
    [{ ...openai, apiKeyEnv: "sk-123" }],
    [{ ...openai, apiKey: "sk-123" }],
    [null],
  ])("is refused when it is %j", (config) => {
    expect(() => parseEmbedderConfig(config)).toThrow(expect.objectContaining({ code: "invalid-settings" }));
  });

  it("names its vectors by all that decides about them, and nothing else", () => {
    const large = { ...openai, model: "text-embedding-3-large" };
    const elsewhere = { ...openai, baseUrl: "http://127.0.0.1:11434/v1" };
    const ids = [
      openaiId(openai, 1536),
      openaiId(openai, 256),
      openaiId(large, 1536),
      openaiId(elsewhere, 1536),
      openaiId({ ...openai, queryPrefix: "query:" }, 1536),
      openaiId({ ...openai, documentPrefix: "query:" }, 1536),
      onnxId(onnx, "aa"),
      onnxId(onnx, "bb"),
    ];
    expect(ids[0]).toBe("openai/api.openai.com/text-embedding-3-small/1536");
    expect(ids[3]).toBe("openai/127.0.0.1:11434/text-embedding-3-small/1536");
    expect(new Set(ids).size).toBe(ids.length);
    expect(openaiId({ ...openai, apiKeyEnv: "OTHER", price: 1 }, 1536)).toBe(ids[0]);
    expect(onnxId({ ...onnx, folder: "/elsewhere" }, "aa")).toBe(ids[6]);
  });

  it("puts one space between a prefix and a text", () => {
    const { queryPrefix } = parseEmbedderConfig({ ...onnx, queryPrefix: " query: " }) as typeof onnx;
    expect(withPrefix(queryPrefix, "north")).toBe("query: north");
    expect(withPrefix("", "north")).toBe("north");
  });

  it("follows from settings", () => {
    expect(embedderConfigOf({ embedder: "own" })).toEqual({ kind: "own" });
    expect(embedderConfigOf({ embedder: "onnx", embedderFolder: "/m" })).toEqual(onnx);
    expect(embedderConfigOf({ embedder: "openai", embedderModel: "text-embedding-3-small" })).toEqual({
      ...openai,
      apiKeyEnv: "OPENAI_API_KEY",
    });
    const elsewhere = {
      embedder: "openai",
      embedderModel: "m",
      embedderUrl: "http://127.0.0.1:1/v1",
    } as const;
    // A key of OpenAI's that lies in the environment is for OpenAI alone.
    expect(embedderConfigOf(elsewhere)).toMatchObject({
      baseUrl: "http://127.0.0.1:1/v1",
      apiKeyEnv: undefined,
    });
    expect(embedderConfigOf({ ...elsewhere, embedderKeyEnv: "MY_KEY" })).toMatchObject({
      apiKeyEnv: "MY_KEY",
    });
  });
});
