import type { InferenceSession, Tensor } from "onnxruntime-node";
import { EmbedderModelError, EmbedderPackageMissingError } from "./errors.ts";

/**
 * One thread, because the peer has better uses for the other cores. No arena and no memory pattern: they keep the
 * largest run's memory for ever, for texts of every length. 3: errors only, said by exceptions as well.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  executionMode: "sequential",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 3,
};

/** The little of onnxruntime that is used here. */
export interface OnnxRuntime {
  /** @throws {EmbedderModelError} */
  open(file: string): Promise<InferenceSession>;
  /** Whole numbers as a tensor of one row, in the type that the model wants for this input. */
  tensor(session: InferenceSession, input: string, values: readonly number[]): Tensor;
}

/** 288 MB for all platforms, and few want it: the peer does without it. @throws {EmbedderPackageMissingError} */
export async function loadRuntime(): Promise<OnnxRuntime> {
  let library: typeof import("onnxruntime-node");
  try {
    library = await import("onnxruntime-node");
  } catch (error) {
    const [line = ""] = String(error instanceof Error ? error.message : error).split("\n", 1);
    throw new EmbedderPackageMissingError("onnxruntime-node", line);
  }
  return {
    async open(file) {
      try {
        return await library.InferenceSession.create(file, SESSION_OPTIONS);
      } catch (error) {
        throw new EmbedderModelError(`${file}: ${error instanceof Error ? error.message : error}`);
      }
    },
    tensor(session, input, values) {
      // Versions before 1.22 say nothing about inputs; nearly every model wants 64 bits.
      const metadata = session.inputMetadata?.find(({ name }) => name === input);
      const narrow = metadata?.isTensor === true && metadata.type === "int32";
      const shape = [1, values.length];
      return narrow
        ? new library.Tensor("int32", Int32Array.from(values), shape)
        : new library.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
    },
  };
}
