export { Chain } from "./chain.ts";
export * from "./errors.ts";
export { type Edge, Graph, type GraphLiteral, graph, type Linking } from "./graph.ts";
export { type Floor, GroupChat, type GroupChatOptions, type Spoken } from "./group-chat.ts";
export { networkLimits } from "./limits.ts";
export { Mapper, type MapperOptions } from "./mapper.ts";
export { type Conversation, Network, type NetworkOptions } from "./network.ts";
export { Summary, type SummaryOptions } from "./summary.ts";
