import { parentPort, workerData } from "node:worker_threads";
import type { HnswLibrary } from "../vectors/hnsw-graph.ts";
import type { ThreadMessage, ThreadNotice, ThreadOptions, ThreadRequest } from "./messages.ts";
import { SearchService } from "./search-service.ts";

/** The entry of the search thread: everything that is heavy about search happens here, off the event loop. */
const port = parentPort;
if (port === null) throw new Error("search-thread.ts is the entry of a worker thread, not a program.");

const post = (message: ThreadMessage) => port.postMessage(message);
const options = workerData as ThreadOptions;
const { library, problem } = await loadLibrary(options);
const service = new SearchService(options, library, problem, post, () => port.close());

port.on("message", (message: ThreadRequest | ThreadNotice) => {
  service.receive(message);
});

/** hnswlib-node is compiled when it is installed and may be missing: that is no error, only slower at size. */
async function loadLibrary(options: ThreadOptions): Promise<{ library?: HnswLibrary; problem?: string }> {
  if (options.useHnsw === "never") return {};
  try {
    const module = (await import(options.hnswModule)) as { default?: Partial<HnswLibrary> };
    const HierarchicalNSW = module.default?.HierarchicalNSW;
    if (HierarchicalNSW === undefined) throw new Error(`${options.hnswModule} has no HierarchicalNSW`);
    return { library: { HierarchicalNSW } };
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split("\n", 1);
    return { problem: line ?? "unknown" };
  }
}
