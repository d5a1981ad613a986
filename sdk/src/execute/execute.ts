import { tracedTask } from "../tracing/traced-task.ts";
import type { TaskPeer } from "./shell.ts";
import { Task } from "./task.ts";
import type { ExecuteResult, TaskOptions } from "./types.ts";

/** Drives a task to its end. */
export function execute(peer: TaskPeer, options: TaskOptions): Promise<ExecuteResult> {
  return tracedTask(options.tracing, options.model, () => toItsEnd(peer, options));
}

async function toItsEnd(peer: TaskPeer, options: TaskOptions): Promise<ExecuteResult> {
  const task = new Task(peer, options);
  for (;;) {
    const { result } = task;
    if (result !== undefined) return result;
    await task.next();
  }
}
