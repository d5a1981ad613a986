import { CollectiveError } from "@action-collective/protocol";

/** The port for health and metrics cannot be had. */
export class MonitorListenError extends CollectiveError {
  constructor(endpoint: string, cause: unknown) {
    const taken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    const why = taken ? "the port is already in use" : cause instanceof Error ? cause.message : String(cause);
    super(
      "monitor-listen-failed",
      `Cannot listen on ${endpoint} for health and metrics: ${why}`,
      "Choose another with --monitor HOST:PORT, or turn it off with --monitor none.",
      { cause },
    );
  }
}
