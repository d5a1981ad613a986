import { CollectiveError } from "@action-collective/protocol";

/** The user wants spans, and there is nothing here to make them with. */
export class TracingUnavailableError extends CollectiveError {
  constructor(cause: unknown) {
    super(
      "tracing-unavailable",
      "Spans were asked for, and the package @opentelemetry/api is not installed",
      "Install it beside this program (npm install @opentelemetry/api), or start without --tracing.",
      { cause },
    );
  }
}
