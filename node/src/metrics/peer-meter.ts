import { Counter, Histogram, type Registry } from "prom-client";
import { PREFIX } from "./families.ts";
import type { Meter } from "./meter.ts";
import { requestedRoute, statusClass } from "./route-name.ts";
import { runStatus } from "./run-status.ts";

/** Seconds. A prestarted sandbox answers in 6 ms; a run may take as long as the sandbox lets it. */
const WORK_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Seconds. A search of a hundred thousand actions takes a few milliseconds, one that asks neighbours up to seconds. */
const SEARCH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Seconds. A verification runs an action many times over, in turn with others. */
const VERIFICATION_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/**
 * Counts what the stations say of their work. Every label's values are a closed list of ours: see `label values` in the
 * tests. A count costs less than a microsecond; nothing else is done until somebody looks.
 * @param elapsed milliseconds from any moment on
 */
export function peerMeter(registry: Registry, elapsed: () => number): Meter {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ) =>
    new Histogram({
      name: `${PREFIX}${name}_duration_seconds`,
      help,
      labelNames: [...labelNames],
      buckets: [...buckets],
      registers: [registry],
    });
  const stopwatch = () => {
    const begun = elapsed();
    return () => (elapsed() - begun) / 1000;
  };

  const records = counter(
    "records_seen_total",
    "Records that arrived or were made here, by what became of them",
    ["kind", "via", "outcome"],
  );
  const gate = counter("run_gate_decisions_total", "What the gate before a run decided", ["decision"]);
  const runs = counter(
    "runs_total",
    "Runs for the user and for agents with a capability, by how they ended",
    ["caller", "status"],
  );
  const runTime = histogram(
    "run",
    "How long runs took, from being asked for to the answer",
    ["caller"],
    WORK_SECONDS,
  );
  const verifications = counter("verifications_total", "Verifications by how they ended", [
    "urgency",
    "code",
  ]);
  const verificationTime = histogram(
    "verification",
    "How long verifications took, with waiting for a sandbox",
    ["urgency"],
    VERIFICATION_SECONDS,
  );
  const calls = counter("sandbox_calls_total", "Calls of sandboxed actions, by how they ended", ["outcome"]);
  const callTime = histogram("sandbox_call", "How long calls of sandboxed actions took", [], WORK_SECONDS);
  const searches = counter(
    "searches_total",
    "Searches by whether the best match was weak and neighbours were asked",
    ["outcome", "weak", "asked"],
  );
  const searchTime = histogram("search", "How long searches took", ["asked"], SEARCH_SECONDS);
  const requests = counter("api_requests_total", "Requests to the local API, by route and class of status", [
    "route",
    "status",
  ]);
  const requestTime = histogram(
    "api_request",
    "How long requests to the local API took",
    ["route"],
    WORK_SECONDS,
  );

  return {
    record: (kind, via, outcome) => records.inc({ kind, via, outcome }),
    gate: (decision) => gate.inc({ decision }),
    run: (caller) => {
      const seconds = stopwatch();
      return (code) => {
        runs.inc({ caller, status: runStatus(code) });
        runTime.observe({ caller }, seconds());
      };
    },
    verification: (urgency) => {
      const seconds = stopwatch();
      return (code) => {
        verifications.inc({ urgency, code });
        verificationTime.observe({ urgency }, seconds());
      };
    },
    sandboxCall: () => {
      const seconds = stopwatch();
      return (outcome) => {
        calls.inc({ outcome });
        callTime.observe(seconds());
      };
    },
    search: () => {
      const seconds = stopwatch();
      return ({ outcome, weak, asked }) => {
        searches.inc({ outcome, weak: String(weak), asked: String(asked) });
        searchTime.observe({ asked: String(asked) }, seconds());
      };
    },
    request: (incoming, outgoing) => {
      const route = requestedRoute(incoming.method, incoming.url);
      const seconds = stopwatch();
      outgoing.once("close", () => {
        requests.inc({ route, status: statusClass(outgoing.statusCode, outgoing.writableFinished) });
        requestTime.observe({ route }, seconds());
      });
    },
  };
}
