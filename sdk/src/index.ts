export type {
  ActionDefinition,
  ActionDefinitionInput,
  ActionView,
  Card,
  Explanation,
  FeedbackView,
  Identity,
  Json,
  KeyStatement,
  PeerSummary,
  PeerView,
  Permissions,
  Policy,
  PolicyChange,
  PolicyView,
  Published,
  Receipt,
  ScoreExplanation,
  SearchAnswer,
  Status,
  TrustStatement,
  TrustSuggestion,
  TrustView,
  VerificationView,
  Withdrawn,
} from "@action-collective/protocol";
export { CollectiveError } from "@action-collective/protocol";
export type { Approval, ApprovalQuestion } from "./approval.ts";
export type { CallOptions } from "./caller.ts";
export * from "./client.ts";
export { type ConnectOptions, isRunning, readApiFile } from "./discovery.ts";
export * from "./errors.ts";
export * from "./home.ts";
export * from "./parse-json.ts";
export * from "./read-action-folder.ts";
export type { SearchFilters, SearchOptions } from "./search-options.ts";
