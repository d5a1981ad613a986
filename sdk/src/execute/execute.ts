import type { TaskPeer } from "./shell.ts";
import { Task } from "./task.ts";
import type { ExecuteResult, TaskOptions } from "./types.ts";

/** Drives a task to its end. */
export async function execute(peer: TaskPeer, options: TaskOptions): Promise<ExecuteResult> {
  const task = new Task(peer, options);
  for (;;) {
    const { result } = task;
    if (result !== undefined) return result;
    await task.next();
  }
}
