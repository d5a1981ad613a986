import { CollectiveError, isJsonObject, type Json, type Permissions } from "@action-collective/protocol";
import type { CallOptions } from "../caller.ts";
import type { ToolContext } from "./context.ts";
import { type Marked, needsOf, outputForModel } from "./untrusted.ts";

/** Runs an action for a model. What it throws, `makeTool` turns into an answer. */
export async function runAsTool(
  context: ToolContext,
  ref: string,
  input: Json,
  { signal }: CallOptions,
): Promise<Marked> {
  const { client, guard, approve } = context;
  const which = guard.closed ? await passedThroughGuard(context, ref, { signal }) : ref;
  try {
    const receipt = await leniently(input, (read) => client.run(which, read, { approve, signal }));
    guard.saw(receipt);
    return outputForModel(receipt);
  } catch (error) {
    await guard.sawFailure(error, () => permissionsOf(context, which, { signal }));
    throw error;
  }
}

/** @returns the id of what was allowed: a name may come to mean another action */
async function passedThroughGuard(
  { client, guard }: ToolContext,
  ref: string,
  options: CallOptions,
): Promise<string> {
  const { id, name, permissions } = await client.show(ref, options);
  const hosts = permissions.net ?? [];
  if (hosts.length > 0)
    await guard.pass({
      ref,
      id,
      what: `${name} could send what was read on (${needsOf(permissions).join(", ")})`,
    });
  return id;
}

/** Small models write an object as the text of its JSON. Only where the text itself does not fit is it read as such. */
async function leniently<Done>(input: Json, run: (input: Json) => Promise<Done>): Promise<Done> {
  try {
    return await run(input);
  } catch (error) {
    const read = typeof input === "string" && isCode(error, "input-invalid") ? objectIn(input) : undefined;
    if (read === undefined) throw error;
    return await run(read);
  }
}

function objectIn(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What an action that failed could have reached; when the peer does not say, the worst is assumed. */
async function permissionsOf(
  { client }: ToolContext,
  ref: string,
  options: CallOptions,
): Promise<Permissions> {
  try {
    return (await client.show(ref, options)).permissions;
  } catch {
    return { net: ["unknown hosts"] };
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof CollectiveError && error.code === code;
}
