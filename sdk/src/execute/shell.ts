import type { ActionClient } from "../client.ts";
import type { Deadline } from "../deadline.ts";
import type { Model } from "../model/types.ts";
import type { TaskBounds } from "./decide.ts";
import { InvalidTaskError } from "./errors.ts";
import { taskLimits } from "./limits.ts";
import type { Approve, Publishing, Question, TaskEvent, TaskOptions } from "./types.ts";

/** The part of the client that a task needs. */
export type TaskPeer = Pick<ActionClient, "find" | "show" | "run" | "prove" | "publish">;

/** What a stage reaches the world through. */
export interface Shell {
  readonly peer: TaskPeer;
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Ends what the stage began: the caller's signal, or the end of the task's time. */
  readonly signal: AbortSignal;
  readonly emit: (event: TaskEvent) => void;
  /** The user's word; no where nobody can be asked. */
  readonly ask: (question: Question) => Promise<boolean>;
}

export interface ResolvedOptions extends Pick<TaskOptions, "filters" | "stream"> {
  readonly bounds: TaskBounds;
  readonly publish: Publishing;
  readonly generate: boolean;
  readonly askPeers: boolean;
  readonly tries: number;
  readonly candidates: number;
  readonly licence: string;
  readonly canAsk: boolean;
}

/** Defaults filled in, and everything checked before anything is done. @throws {InvalidTaskError} */
export function resolveOptions(options: TaskOptions): ResolvedOptions {
  const { budget = {}, publish = "ask" } = options;
  if (!["ask", "always", "never"].includes(publish))
    throw new InvalidTaskError('publish must be "ask", "always" or "never"');
  for (const [name, value] of Object.entries(budget))
    if (value !== undefined && !(value >= 0)) throw new InvalidTaskError(`budget.${name} must be 0 or more`);
  return {
    bounds: { ...budget, maxSteps: within("maxSteps", options.maxSteps ?? taskLimits.steps, 1000) },
    publish,
    generate: options.generate ?? true,
    askPeers: options.ask ?? false,
    tries: within("tries", options.tries ?? taskLimits.tries, 20),
    candidates: within("candidates", options.candidates ?? taskLimits.candidates, 10),
    licence: options.licence ?? "MIT",
    canAsk: options.approve !== undefined,
    filters: options.filters,
    stream: options.stream,
  };
}

function within(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new InvalidTaskError(`${name} must be a whole number from 1 to ${most}`);
  return value;
}

/** Tells the listener; what it throws, now or later, is its own affair. */
export function emitter(listener: TaskOptions["onEvent"]): Shell["emit"] {
  return (event) => {
    try {
      const told: unknown = listener?.(event);
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {
      // A broken listener must not break the task that it listens to.
    }
  };
}

/** Waits no longer than the stage may take: the user may have gone. */
export function asker(
  approve: Approve | undefined,
  emit: Shell["emit"],
  time: Pick<Deadline, "race">,
): Shell["ask"] {
  return async (question) => {
    const said = approve === undefined ? false : await time.race(Promise.resolve(approve(question)));
    // Only a plain yes is one.
    const answer = said === true;
    emit({ type: "asked", question, answer });
    return answer;
  };
}
