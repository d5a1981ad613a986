export type {
  ActionDefinition,
  ActionDefinitionInput,
  ActionView,
  Budget,
  CapabilityBlock,
  CapabilityView,
  Card,
  Described,
  Explanation,
  FeedbackView,
  Identity,
  Json,
  Keepings,
  Kept,
  KeyStatement,
  PeerSummary,
  PeerView,
  Permissions,
  PinnedTool,
  Policy,
  PolicyChange,
  PolicyView,
  Privileges,
  PrivilegesWish,
  Proof,
  Published,
  Receipt,
  ScoreExplanation,
  SearchAnswer,
  Status,
  TrustStatement,
  TrustSuggestion,
  TrustView,
  VerificationView,
  Version,
  Versions,
  Withdrawn,
} from "@action-collective/protocol";
export {
  ALL_PRIVILEGES,
  CollectiveError,
  narrowCapability,
  narrowPrivileges,
} from "@action-collective/protocol";
export type { Approval, ApprovalQuestion } from "./approval.ts";
export type { Caller, CallOptions } from "./caller.ts";
export * from "./client.ts";
export * from "./define/index.ts";
export { type ConnectOptions, isRunning, readApiFile } from "./discovery.ts";
export * from "./errors.ts";
export type { Draft } from "./execute/draft.ts";
export * from "./execute/errors.ts";
export type { Proved, TaskState, Wish } from "./execute/state.ts";
export { Task } from "./execute/task.ts";
export type * from "./execute/types.ts";
export * from "./home.ts";
export * from "./lock/index.ts";
export * from "./model/errors.ts";
export { openaiModel } from "./model/openai-model.ts";
export type * from "./model/types.ts";
export * from "./parse-json.ts";
export * from "./read-action-folder.ts";
export { type ActionSource, readActionSource } from "./read-action-source.ts";
export type { SearchFilters, SearchOptions } from "./search-options.ts";
export type { AnswerOptions } from "./tools/answer-call.ts";
export type { ToolClient } from "./tools/context.ts";
export { NetworkMemory, OutboundGuard, OutboundRefusedError } from "./tools/outbound-guard.ts";
export { CONSTANT_TOOLS, toolName } from "./tools/tool-names.ts";
export { makeTools, type ToolOptions } from "./tools/tools.ts";
export type { CollectiveTool, ObjectSchema, ToolAdapter, ToolAnswer, ToolEffects } from "./tools/types.ts";
export { UNTRUSTED_NOTE } from "./tools/untrusted.ts";
export type { SpanLike, TracerLike, Tracing } from "./tracing/types.ts";
