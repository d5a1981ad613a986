import { type ActionId, isJsonObject, type Json, type Manifest } from "@action-collective/protocol";
import type { SearchDocument } from "./types.ts";

/** Parameters beyond this say nothing more about what an action is for. */
const PARAMETERS = 32;

/** What the search index is told of an action. Pure. */
export function documentOf(id: ActionId, manifest: Manifest): SearchDocument {
  const { name, description, useWhen, tags, input } = manifest;
  return { id, name, description, useWhen, tags, parameters: parametersOf(input) };
}

function parametersOf(schema: Json): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return [];
  return Object.entries(schema.properties)
    .slice(0, PARAMETERS)
    .map(([name, property]) => {
      const description = isJsonObject(property) ? property.description : undefined;
      return typeof description === "string" ? `${name} ${description}` : name;
    });
}
