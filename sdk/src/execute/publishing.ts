import { ApiError } from "../errors.ts";
import type { Shell } from "./shell.ts";
import type { Proved, TaskState } from "./state.ts";
import type { ActionName } from "./types.ts";

/** Shares what was made, if the user chose so and nothing of the conversation is in it. Nothing else is sent. */
export async function publish(shell: Shell, state: TaskState, proved: Proved): Promise<TaskState> {
  const { peer, signal, emit } = shell;
  const after: TaskState = { ...state, stage: "fill" };
  if (!(await mayPublish(shell, state, proved))) return after;
  const { id, name } = proved.action;
  try {
    await peer.publish(proved.definition, { signal });
    emit({ type: "published", action: { id, name } });
    return { ...after, published: [...state.published, { id, name }] };
  } catch (error) {
    // The action works here whether or not others get it.
    if (!(error instanceof ApiError)) throw error;
    emit({ type: "failed", action: { id, name }, code: error.code, message: error.message });
    return after;
  }
}

async function mayPublish(
  { options, ask }: Shell,
  { reached, made }: TaskState,
  proved: Proved,
): Promise<boolean> {
  const { action, definition, similar, along } = proved;
  if (!action.general || options.publish === "never") return false;
  const { name } = action;
  if (made.some(({ id, general }) => !general && along.some((used) => used.id === id))) return false;
  const read = reached.length === 0 ? "" : ` It may hold what was just read from ${reached.join(", ")}.`;
  const like = similar.length === 0 ? "" : ` The collective has ${namesOf(similar)} already.`;
  const more = along.length === 0 ? "" : ` What it uses goes with it: ${namesOf(along)}.`;
  // What others made here before was not looked at by this task.
  const unknown = along.some((used) => !made.some(({ id }) => id === used.id));
  if (options.publish === "ask" || unknown)
    return await ask({
      kind: "publish",
      name,
      definition,
      similar,
      message: `${name} was made for this task and could be published for everybody.${more}${like}${read}`,
    });
  if (reached.length === 0) return true;
  return await ask({
    kind: "send",
    doing: "publish",
    name,
    from: reached,
    hosts: [],
    message: `${name} would be published for everybody.${more}${read}`,
  });
}

function namesOf(actions: readonly Pick<ActionName, "name">[]): string {
  return actions.map(({ name }) => name).join(", ");
}
