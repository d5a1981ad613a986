export type { ClientOption, ClientOptions } from "./client-for.ts";
export { type ConversationOptions, toModelMessages } from "./conversation.ts";
export * from "./errors.ts";
export { contentOf, functionsOfHelp, type OpenAIFunction, openaiFunctions } from "./functions.ts";
export { fillInstructions, PLACE_VALUES } from "./instructions.ts";
export * from "./model-agent.ts";
export type * from "./types.ts";
