import type { Json } from "@action-collective/protocol";
import { deadline } from "../deadline.ts";
import { ModelError } from "../model/errors.ts";
import { openaiModel } from "../model/openai-model.ts";
import type { Model } from "../model/types.ts";
import { tracedModel } from "../tracing/traced-model.ts";
import { tracedPeer } from "../tracing/traced-peer.ts";
import { beginMaking } from "./after-turn.ts";
import { halted, outOfTime, reasonToStop } from "./decide.ts";
import type { Draft } from "./draft.ts";
import { StageNotReadyError } from "./errors.ts";
import { NEED_ACTION, USE_ACTION, WRITE_ACTION } from "./functions.ts";
import { readHistory } from "./history.ts";
import * as making from "./making.ts";
import { paired } from "./pairing.ts";
import { said } from "./prompts.ts";
import { publish } from "./publishing.ts";
import * as running from "./running.ts";
import * as searching from "./searching.ts";
import { asker, emitter, type ResolvedOptions, resolveOptions, type Shell, type TaskPeer } from "./shell.ts";
import { beginning, type TaskState } from "./state.ts";
import { takeTurn } from "./turns.ts";
import type { ExecuteResult, Stage, TaskOptions } from "./types.ts";
import { closed, wanted } from "./wishes.ts";

/** Ends a stage from within; nobody else sees it. */
class TimeIsOver extends Error {}

type Step = (shell: Shell, state: TaskState) => Promise<TaskState>;

/**
 * One task, stage by stage. `next()` does what comes next; each stage can be called by itself too, with material of the
 * caller's, as if the model had asked for it. All it knows is in `state`, a plain value that a stage replaces when it is done;
 * a stage that throws leaves it as it was, and can be called again.
 *
 * Stages throw `ModelError`s, whose `task` is the state, what the client's methods throw when the peer itself fails, and the
 * signal's reason.
 */
export class Task {
  #state: TaskState;
  #busy = false;
  readonly #options: ResolvedOptions;
  readonly #given: TaskOptions;
  readonly #peer: TaskPeer;
  readonly #model: Model;
  readonly #emit: Shell["emit"];
  readonly #now: () => number;
  #begun: number | undefined;

  /** @throws {InvalidTaskError | ModelInterfaceMissingError} */
  constructor(peer: TaskPeer, options: TaskOptions, now: () => number = () => performance.now()) {
    this.#options = resolveOptions(options);
    this.#model = tracedModel(openaiModel(options), options.model, options.tracing);
    this.#given = options;
    this.#peer = peer;
    this.#emit = emitter(options.onEvent);
    this.#state = beginning(readHistory(options.chatHistory));
    this.#now = now;
  }

  get state(): TaskState {
    return this.#state;
  }

  get done(): boolean {
    return this.#state.stage === "done";
  }

  /** What came of it; undefined until it is done. */
  get result(): ExecuteResult | undefined {
    const { answer, messages, steps, used, made, published, usage, stopped } = this.#state;
    if (!this.done || answer === undefined) return undefined;
    const ended = stopped === undefined ? {} : { stopped };
    return { answer, messages: paired(messages), steps, used, made, published, usage, ...ended };
  }

  /** Does the next stage, or ends the task where a limit is reached. Nothing when it is done. */
  async next(): Promise<TaskState> {
    const stopped = reasonToStop(this.#state, this.#options.bounds, this.#elapsed());
    if (stopped !== undefined) return this.#halt(stopped);
    switch (this.#state.stage) {
      case "think":
        return this.think();
      case "search":
        return this.search();
      case "choose":
        return this.choose();
      case "generate":
        return this.generate();
      case "prove":
        return this.prove();
      case "publish":
        return this.publish();
      case "fill":
        return this.fill();
      case "run":
        return this.run();
      case "answer":
        return this.answer();
      case "done":
        return this.#state;
    }
  }

  /** The model says what action is needed, uses one that it has been offered, or answers. */
  think(): Promise<TaskState> {
    return this.#turn("think");
  }

  /** Finds actions for what is needed, best first, and offers them to the model. */
  search(need?: string): Promise<TaskState> {
    return this.#stage("search", async (shell, state) => {
      const { wish, from } = wanted("need", state, need, (words) => ({
        name: NEED_ACTION.name,
        arguments: { need: words },
        wish: (call) => ({ kind: "need", call, need: words }),
      }));
      if (wish === undefined) throw new StageNotReadyError("search", "nothing is needed yet; give it a need");
      return searching.search(shell, from, wish);
    });
  }

  /** The model uses one of the actions offered, or says that none fits. */
  choose(): Promise<TaskState> {
    return this.#turn("choose", (state) => {
      if (state.offered.length === 0) throw new StageNotReadyError("choose", "no action was found yet");
      return state;
    });
  }

  /** The model writes an action. Given a need, it begins a new one. */
  generate(need?: string): Promise<TaskState> {
    return this.#turn("generate", (state) =>
      need === undefined
        ? state
        : beginMaking({
            ...closed(state),
            need,
            messages: [...closed(state).messages, { role: "user", content: `${said.another} ${need}` }],
          }),
    );
  }

  /** Tries a draft in the peer's sandbox. What passes stays there, unpublished. */
  prove(draft?: Draft): Promise<TaskState> {
    return this.#stage("prove", async (shell, state) => {
      const { wish, from } = wanted("draft", state, draft, (written) => ({
        name: WRITE_ACTION.name,
        arguments: { ...written },
        wish: (call) => ({ kind: "draft", call, draft: written }),
      }));
      if (wish === undefined)
        throw new StageNotReadyError("prove", "no action was written yet; give it a draft");
      return making.prove(shell, from, wish);
    });
  }

  /** Shares what was made, if the user wants that. */
  publish(): Promise<TaskState> {
    return this.#stage("publish", (shell, state) => {
      if (state.proved === undefined) throw new StageNotReadyError("publish", "no action was made yet");
      return publish(shell, state, state.proved);
    });
  }

  /** The model fills the input of the action that it chose, or that was made. */
  fill(): Promise<TaskState> {
    return this.#turn("fill", (state) => {
      if (state.offered.length === 0) throw new StageNotReadyError("fill", "no action was found or made yet");
      return state;
    });
  }

  /** Runs the action that was chosen. Given one, by its short reference, runs that. */
  run(ref?: string, input?: Json): Promise<TaskState> {
    return this.#stage("run", async (shell, state) => {
      const action = state.offered.find((offered) => offered.ref === ref);
      if (ref !== undefined && action === undefined)
        throw new StageNotReadyError("run", `no action of this task is called ${ref}`);
      const { wish, from } = wanted("use", state, action, (chosen) => ({
        name: USE_ACTION.name,
        arguments: { action: chosen.ref, ...(input === undefined ? {} : { input }) },
        wish: (call) => ({ kind: "use", call, action: chosen, input }),
      }));
      if (wish === undefined) throw new StageNotReadyError("run", "no action was chosen yet");
      return running.run(shell, from, wish);
    });
  }

  /** Ends the task with the model's answer; asks for one, without any function, where there is none. */
  answer(): Promise<TaskState> {
    return this.#stage("answer", async (shell, state) => {
      const from = { ...closed(state), stage: "answer" as const };
      const after = from.answer === undefined ? await takeTurn(shell, from) : from;
      if (after.answer === undefined) return after;
      this.#emit({ type: "answered", answer: after.answer });
      return { ...after, stage: "done" };
    });
  }

  #turn(stage: Stage, prepared: (state: TaskState) => TaskState = (state) => state): Promise<TaskState> {
    return this.#stage(stage, (shell, state) => takeTurn(shell, { ...prepared(closed(state)), stage }));
  }

  async #stage(stage: Stage, step: Step): Promise<TaskState> {
    if (this.done) throw new StageNotReadyError(stage, "the task is done");
    if (this.#busy) throw new StageNotReadyError(stage, "another stage of this task is at work");
    this.#busy = true;
    const { milliseconds } = this.#options.bounds;
    const left = milliseconds === undefined ? undefined : Math.max(1, milliseconds - this.#elapsed());
    try {
      using time = deadline(left, this.#given.signal, () => new TimeIsOver());
      this.#emit({ type: "stage", stage });
      const shell: Shell = {
        peer: tracedPeer(this.#peer, this.#given.tracing, this.#state.wishes[0]?.call),
        model: this.#model,
        options: this.#options,
        signal: time.signal,
        emit: this.#emit,
        ask: asker(this.#given.approve, this.#emit, time),
      };
      this.#state = await step(shell, this.#state);
      return this.#state;
    } catch (error) {
      this.#given.signal?.throwIfAborted();
      if (error instanceof TimeIsOver && milliseconds !== undefined)
        return this.#halt(outOfTime(milliseconds));
      if (error instanceof ModelError) error.task = this.#state;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  #halt(stopped: NonNullable<TaskState["stopped"]>): TaskState {
    this.#state = halted(this.#state, stopped);
    this.#emit({ type: "stopped", stopped });
    return this.#state;
  }

  /** Milliseconds since the first stage began. */
  #elapsed(): number {
    this.#begun ??= this.#now();
    return this.#now() - this.#begun;
  }
}
