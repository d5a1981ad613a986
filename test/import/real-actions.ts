import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { ActionDefinitionInput, Json } from "action-collective";
import { z } from "zod";

const json = z.custom<Json>((value) => value !== undefined);

/** One line of a file of recorded actions: code that default-exports `(input) => output`, with recorded examples. */
const line = z.object({
  name: z.string(),
  description: z.string(),
  language: z.enum(["typescript", "javascript"]),
  code: z.string(),
  inputSchema: json,
  outputSchema: json,
  examples: z.array(z.object({ input: json, output: json })),
  tags: z.array(z.string()),
  licence: z.string(),
});

/** Longest description a manifest takes; sources that ramble are cut at the last sentence that fits. */
const DESCRIPTION_CHARACTERS = 600;
/** The recordings are floating point in places; both sides run the same engine, so this only covers formatting. */
const TOLERANCE = 1e-9;

/** Reads actions in the recorded format and turns each into a definition that can be published. */
export async function* readRealActions(file: string): AsyncGenerator<ActionDefinitionInput> {
  const lines = createInterface({
    input: createReadStream(file, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    if (text.trim() === "") continue;
    const { name, description, language, code, inputSchema, outputSchema, examples, tags, licence } =
      line.parse(JSON.parse(text));
    yield {
      name,
      description: shorten(description.normalize("NFC")),
      language,
      code,
      input: inputSchema,
      output: outputSchema,
      cases: examples.map(({ input, output }) => ({ input, output, tolerance: TOLERANCE })),
      tags,
      licence,
    };
  }
}

function shorten(text: string): string {
  if (text.length <= DESCRIPTION_CHARACTERS) return text;
  const cut = text.slice(0, DESCRIPTION_CHARACTERS);
  const end = cut.lastIndexOf(". ");
  return end > 0 ? cut.slice(0, end + 1) : cut;
}
