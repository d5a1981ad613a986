import type { SettingName } from "../settings.ts";

/** Under which heading a setting stands in the help of `start`; in this order. */
export const SETTING_GROUPS = {
  "The network:": ["network", "reach", "host", "port", "inbound", "announce", "relay", "mdns"],
  "Joining it:": ["bootstrap", "networkList", "networkKey", "networkTrust"],
  "The public DHT:": ["publicDht", "publicDhtBootstrap", "publicBundles"],
  "Interfaces on this machine:": ["apiPort", "dashboardPort", "metricsPort", "metricsHost"],
  "Proving and running:": [
    "library",
    "libraryNet",
    "verify",
    "workers",
    "quietLoad",
    "verifyPerMinute",
    "prestarted",
    "memoryMb",
    "allowNet",
    "refuseFindings",
  ],
  "Search:": [
    "embedder",
    "embedderFolder",
    "embedderPooling",
    "embedderModel",
    "embedderUrl",
    "embedderDimensions",
    "embedderKeyEnv",
    "embedderPrice",
    "embedderQueryPrefix",
    "embedderDocumentPrefix",
    "askPeers",
    "askBelow",
  ],
  "What is kept and told:": ["seed", "seedQuotaMb", "feedback", "feedbackIntervalMs", "syncIntervalMs"],
  "Logs and traces:": ["logLevel", "logFormat", "keepLog", "tracing"],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>;
