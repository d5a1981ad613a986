import type { Json } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";

/** A JSON Schema of type object. */
export type ObjectSchema = { readonly type: "object"; readonly [keyword: string]: Json };

/**
 * What a tool can do, as the peer enforces it: hints for a host, contracts here. The names are those of MCP's tool
 * annotations.
 */
export interface ToolEffects {
  /** It changes nothing, neither here nor elsewhere. */
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  /** It can reach machines other than this one. */
  readonly openWorld: boolean;
}

/** What a tool told the model: one JSON text, bounded; strangers' words in it are marked as such. */
export interface ToolAnswer {
  readonly failed: boolean;
  readonly text: string;
}

/** One tool of the collective, free of any vendor's form; adapters turn it into that. */
export interface CollectiveTool {
  /** `[a-zA-Z0-9_-]{1,64}` */
  readonly name: string;
  readonly title: string;
  /** At most 1,024 characters. */
  readonly description: string;
  readonly input: ObjectSchema;
  readonly effects: ToolEffects;
  /** Never rejects but with the signal's reason: what went wrong is an answer, with what to do about it. */
  execute(input: unknown, options?: CallOptions): Promise<ToolAnswer>;
}

/** Turns the collective's tools into those of one library. */
export type ToolAdapter<Tools> = (tools: readonly CollectiveTool[]) => Tools;
