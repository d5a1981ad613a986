export type {
  ActionDefinition,
  ActionDefinitionInput,
  ActionView,
  Card,
  Explanation,
  FeedbackView,
  Identity,
  Json,
  PeerSummary,
  Permissions,
  Published,
  Receipt,
  SearchAnswer,
  Status,
  VerificationView,
} from "@action-collective/protocol";
export { CollectiveError } from "@action-collective/protocol";
export * from "./client.ts";
export { type ConnectOptions, isRunning, readApiFile } from "./discovery.ts";
export * from "./errors.ts";
export * from "./home.ts";
export * from "./parse-json.ts";
export * from "./read-action-folder.ts";
