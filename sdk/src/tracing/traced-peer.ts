import type { TaskPeer } from "../execute/shell.ts";
import type { ToolCall } from "../model/types.ts";
import { INTERNAL, inSpan } from "./span.ts";
import { jsonOf, toolAttributes } from "./traced-tool.ts";
import type { Tracing } from "./types.ts";

/** The model's functions, and what the user's yes adds; see `execute/functions.ts`. */
const NAMES = {
  find: "need_action",
  run: "use_action",
  prove: "write_action",
  publish: "publish_action",
} as const;

/**
 * The same peer, with a span `execute_tool {name}` for each thing that a task has it do.
 * @param call the model's, that is being answered; undefined where a stage was called by itself
 */
export function tracedPeer(
  peer: TaskPeer,
  tracing: Tracing | undefined,
  call: ToolCall | undefined,
): TaskPeer {
  if (tracing === undefined) return peer;
  const { tracer, contents = false } = tracing;
  const traced = async <Result>(
    name: string,
    given: unknown,
    work: () => Promise<Result>,
    more: Record<string, string> = {},
  ): Promise<Result> => {
    const id = call?.id === undefined || call.name !== name ? {} : { "gen_ai.tool.call.id": call.id };
    const attributes = { ...toolAttributes(name), ...id, ...more };
    return await inSpan(tracer, `execute_tool ${name}`, { kind: INTERNAL, attributes }, async (span) => {
      if (contents) span.setAttribute("gen_ai.tool.call.arguments", jsonOf(given));
      const result = await work();
      if (contents) span.setAttribute("gen_ai.tool.call.result", jsonOf(result));
      return result;
    });
  };
  return {
    find: (need, options) => traced(NAMES.find, need, () => peer.find(need, options)),
    show: (ref, options) => peer.show(ref, options),
    run: (ref, input, options) =>
      traced(NAMES.run, input, () => peer.run(ref, input, options), { "collective.action.id": ref }),
    prove: (definition, options) => traced(NAMES.prove, definition, () => peer.prove(definition, options)),
    publish: (definition, options) =>
      traced(NAMES.publish, definition, () => peer.publish(definition, options)),
  };
}
