import type { OnnxConfig, OwnConfig } from "./config.ts";
import type { EmbedKind } from "./types.ts";

/** The embedders that compute on this machine. */
export type LocalConfig = OwnConfig | OnnxConfig;

/** The first message: which model to load. */
export interface LoadRequest {
  readonly load: LocalConfig;
}

/** One text. Whoever computes decides about the order: queries before documents. */
export interface TextRequest {
  readonly id: number;
  readonly kind: EmbedKind;
  readonly text: string;
}

export type HostRequest = LoadRequest | TextRequest;

/** The answer to `load`. */
export interface Loaded {
  readonly loaded: {
    readonly id: string;
    readonly dimensions: number;
    readonly graphDimensions: number;
  };
}
/** The model cannot be loaded; `missing` names the package that it lacks. */
export interface NotLoaded {
  readonly notLoaded: string;
  readonly missing?: string;
  readonly remedy?: string;
}
export type TextReply =
  | { readonly id: number; readonly vector: Float32Array }
  | { readonly id: number; readonly problem: string };

export type HostReply = Loaded | NotLoaded | TextReply;
