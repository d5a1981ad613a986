export type { Connection } from "./connection.ts";
export * from "./errors.ts";
export { RemoteAgent } from "./remote-agent.ts";
