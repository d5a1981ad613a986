import { parentPort, workerData } from "node:worker_threads";
import type { HnswLibrary } from "./hnsw-graph.ts";
import { VectorService } from "./vector-service.ts";
import type { WorkerOptions, WorkerReady, WorkerReply, WorkerRequest } from "./worker-messages.ts";

/** The entry of the vector thread: everything that is heavy about vectors happens here, off the event loop. */
const port = parentPort;
if (port === null) throw new Error("vector-worker.ts is the entry of a worker thread, not a program.");

const options = workerData as WorkerOptions;
const { library, problem } = await loadLibrary(options);
const service = new VectorService(options, library);

port.on("message", async (request: WorkerRequest) => {
  port.postMessage(await reply(request));
  if (request.name === "stop") port.close();
});

const ready: WorkerReady = { ready: true, engine: library === undefined ? "flat" : "hnsw", ...problem };
port.postMessage(ready);

async function reply(request: WorkerRequest): Promise<WorkerReply> {
  try {
    return { id: request.id, output: (await service.answer(request)) as null };
  } catch (error) {
    return { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
}

/** hnswlib-node is compiled when it is installed and may be missing: that is no error, only slower at size. */
async function loadLibrary(
  options: WorkerOptions,
): Promise<{ library?: HnswLibrary; problem?: { problem: string } }> {
  if (options.useHnsw === "never") return {};
  try {
    const module = (await import(options.hnswModule)) as { default?: Partial<HnswLibrary> };
    const HierarchicalNSW = module.default?.HierarchicalNSW;
    if (HierarchicalNSW === undefined) throw new Error(`${options.hnswModule} has no HierarchicalNSW`);
    return { library: { HierarchicalNSW } };
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split("\n", 1);
    return { problem: { problem: line ?? "unknown" } };
  }
}
