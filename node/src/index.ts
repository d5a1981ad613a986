export { Catalogue } from "./catalogue/catalogue.ts";
export * from "./home.ts";
export { gossipVerdict, Intake, syncVerdict } from "./intake/intake.ts";
export { createLog } from "./log.ts";
export { Network } from "./network/network.ts";
export type { Log, LogLevel, Reach } from "./network/options.ts";
export { Peer } from "./peer.ts";
export * from "./settings.ts";
export { VERSION } from "./version.ts";
