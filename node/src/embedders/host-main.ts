import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort } from "node:worker_threads";
import { CollectiveError } from "@action-collective/protocol";
import { EmbedderModelError, EmbedderPackageMissingError } from "./errors.ts";
import { loadModel } from "./load-model.ts";
import type { HostReply, HostRequest, NotLoaded, TextRequest } from "./messages.ts";
import { TextQueue } from "./text-queue.ts";
import type { LocalModel } from "./types.ts";

/**
 * The entry of the thread or process that computes embeddings, off the event loop of the peer: the same program
 * for both. Takes one text at a time and looks at its mail in between, so that a query waits for one text at most.
 */
const queue = new TextQueue();
let model: LocalModel | undefined;
let busy = false;

const post = (reply: HostReply) => {
  if (parentPort === null) process.send?.(reply);
  else parentPort.postMessage(reply);
};

async function load(request: Extract<HostRequest, { load: unknown }>): Promise<void> {
  try {
    model = await loadModel(request.load);
    const { id, dimensions, graphDimensions = dimensions } = model;
    post({ loaded: { id, dimensions, graphDimensions } });
  } catch (error) {
    post(notLoaded(error));
  }
}

async function work(): Promise<void> {
  if (busy || model === undefined) return;
  busy = true;
  for (let request = queue.next(); request !== undefined; request = queue.next()) {
    post(await answer(model, request));
    await nextTurn();
  }
  busy = false;
}

async function answer(loaded: LocalModel, { id, kind, text }: TextRequest): Promise<HostReply> {
  try {
    return { id, vector: await loaded.embed(text, kind) };
  } catch (error) {
    return { id, problem: messageOf(error) };
  }
}

function notLoaded(error: unknown): NotLoaded {
  if (error instanceof EmbedderPackageMissingError)
    return { notLoaded: error.problem, missing: error.packageName };
  if (error instanceof EmbedderModelError) return { notLoaded: error.problem };
  const remedy = error instanceof CollectiveError ? { remedy: error.remedy } : {};
  return { notLoaded: messageOf(error), ...remedy };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function receive(request: HostRequest): void {
  if ("load" in request) void load(request);
  else {
    queue.add(request);
    void work();
  }
}

if (parentPort === null) {
  process.on("message", receive);
  // The peer is gone: nobody is left to ask.
  process.on("disconnect", () => process.exit(0));
  // Ctrl-C and service managers signal the whole group; the peer ends this process when it has no more use for it.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
} else parentPort.on("message", receive);
