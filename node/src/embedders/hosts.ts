import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { HostReply, HostRequest, LocalConfig } from "./messages.ts";

/** The entry is TypeScript when this file is, JavaScript when it was built: URLs are not rewritten by the compiler. */
const ENTRY = new URL(import.meta.url.endsWith(".ts") ? "./host-main.ts" : "./host-main.js", import.meta.url);
/** Without these Windows starts no process; everything else, keys above all, is none of a model's business. */
const KEPT_ENVIRONMENT = ["SystemRoot", "windir"];

/** Where a model computes: something that takes messages and may end. */
export interface Host {
  post(request: HostRequest): void;
  /** Ends it, whatever it is doing, and resolves when it is gone. */
  end(): Promise<void>;
}

export interface HostListener {
  heard(reply: HostReply): void;
  /** Once, for whatever reason, `end` included. */
  ended(how: string): void;
}

export type StartHost = (config: LocalConfig, listener: HostListener) => Host;

/** A thread for our own model, a process for anybody else's. */
export const startHost: StartHost = (config, listener) =>
  config.kind === "onnx" ? startProcess(listener) : startThread(listener);

/** A thread, for code that is ours: 10 MB, up in milliseconds, and can be ended in the middle of anything. */
export function startThread(listener: HostListener): Host {
  const worker = new Worker(ENTRY, { name: "embedder", execArgv: [] });
  let how = "ended";
  worker.on("message", (reply: HostReply) => listener.heard(reply));
  worker.on("error", (error) => {
    how = `failed (${error instanceof Error ? error.message : error})`;
  });
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  worker.on("exit", () => {
    listener.ended(how);
    resolve();
  });
  return {
    post: (request) => worker.postMessage(request),
    end: async () => {
      await worker.terminate();
      await gone;
    },
  };
}

/**
 * A process, for native code that loads a stranger's file: ending a thread inside onnxruntime aborts the whole peer
 * (Napi::Error, SIGABRT), and so would a model that crashes it. 45 MB and 50 ms more than a thread.
 */
function startProcess(listener: HostListener): Host {
  const child = fork(fileURLToPath(ENTRY), [], {
    execArgv: [],
    env: Object.fromEntries(KEPT_ENVIRONMENT.map((name) => [name, process.env[name]])),
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let over = false;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const end = (how: string) => {
    if (over) return;
    over = true;
    listener.ended(how);
    resolve();
  };
  child.on("message", (reply) => listener.heard(reply as HostReply));
  child.on("error", (error) => end(`could not be started (${error.message})`));
  child.on("exit", (code, signal) => end(`ended (${signal ?? `exit code ${code}`})`));
  return {
    // A pipe that broke says so once more as an exit.
    post: (request) => {
      // A process that was never started (EMFILE) has no channel; it says so as an error.
      if (child.pid !== undefined) child.send(request, () => undefined);
    },
    end: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
