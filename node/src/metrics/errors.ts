import { CollectiveError } from "@action-collective/protocol";

/** The port for those who watch this node cannot be had. */
export class MonitorListenError extends CollectiveError {
  /** @param pages what is shown there, for people @param remedy how to choose another port, or none */
  constructor(endpoint: string, pages: string, remedy: string, cause: unknown) {
    const taken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    const why = taken ? "the port is already in use" : cause instanceof Error ? cause.message : String(cause);
    super("monitor-listen-failed", `Cannot listen on ${endpoint} for ${pages}: ${why}`, remedy, { cause });
  }
}
