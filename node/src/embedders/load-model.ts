import type { LocalConfig } from "./messages.ts";
import type { LocalModel } from "./types.ts";

/** Loads what the configuration names; each kind's code only where it is wanted. @throws what keeps it from loading */
export async function loadModel(config: LocalConfig): Promise<LocalModel> {
  if (config.kind === "onnx") {
    const { OnnxModel } = await import("./onnx-embedder.ts");
    return OnnxModel.load(config);
  }
  const { NeuralEmbedder } = await import("./neural/neural-embedder.ts");
  const own = await NeuralEmbedder.load();
  const { id, dimensions, graphDimensions } = own;
  return { id, dimensions, graphDimensions, embed: (text) => own.embedOne(text) };
}
