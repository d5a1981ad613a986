import { askVectors } from "./ask.ts";
import { canonicalVectors } from "./canonical.ts";
import { capabilityVectors } from "./capabilities.ts";
import { letterVectors } from "./letters.ts";
import { listVectors } from "./lists.ts";
import { manifestVectors } from "./manifests.ts";
import { nameVectors } from "./names.ts";
import { recordVectors } from "./records.ts";
import { refusalVectors } from "./refusals.ts";
import { signatureVectors } from "./signatures.ts";
import { stateVectors } from "./states.ts";
import { syncVectors } from "./sync.ts";
import { textVectors } from "./text.ts";

/** Every file of protocol/vectors with its exact text. */
export function vectorFiles(): Record<string, string> {
  const files = {
    "ask.json": askVectors(),
    "names.json": nameVectors(),
    "signatures.json": signatureVectors(),
    "canonical.json": canonicalVectors(),
    "capabilities.json": capabilityVectors(),
    "manifests.json": manifestVectors(),
    "records.json": recordVectors(),
    "refusals.json": refusalVectors(),
    "states.json": stateVectors(),
    "sync.json": syncVectors(),
    "letters.json": letterVectors(),
    "lists.json": listVectors(),
    "text.json": textVectors(),
  };
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, asText(content)]));
}

/** ASCII only, so that no editor or terminal hides what a vector is about. */
function asText(content: unknown): string {
  const json = JSON.stringify(content, null, 1);
  return `${json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
