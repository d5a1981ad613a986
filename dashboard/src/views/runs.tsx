import type { RunsPage } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type ApiFailure, asFailure, call, isAbort } from "../api.ts";
import { countText } from "../format.ts";
import { connected, onEvent } from "../live.ts";
import { ActionLink, Button, Card, Chip, Empty, Failure, Loading, Time } from "../parts/index.ts";
import {
  NO_RUNS,
  type RunFilter,
  type RunLog,
  withEnded,
  withFirst,
  withMore,
  withStarted,
} from "../parts/run-log.ts";
import { RunRow } from "../parts/run-row.tsx";
import { href, replaceQuery, type ViewProps } from "../router.ts";
import { Text } from "../text.tsx";
import "../views.css";

const PAGE = 50;

export function View({ params: { query } }: ViewProps): VNode {
  const action = query.get("action") ?? undefined;
  const failed = query.get("failed") === "1";
  const { log, failure, loading, more, again } = useRuns({ action, failed });
  const name = log.ended.find(({ id }) => id === action)?.name ?? "";
  const rows = log.running.length + log.ended.length;
  return (
    <section class="page">
      <div class="page-head">
        <h1>Runs</h1>
        <span class="soft small">The peer keeps neither inputs nor outputs, only that it ran.</span>
      </div>
      <div class="row">
        <label class="check">
          <input
            type="checkbox"
            checked={failed}
            onChange={(event) =>
              replaceQuery({ action: action ?? "", failed: event.currentTarget.checked ? "1" : "" })
            }
          />
          Only what did not end well
        </label>
        {action !== undefined && (
          <span class="row">
            <span>
              Only runs of <ActionLink id={action} name={name} />
            </span>
            <a href={href("runs", "", { failed: failed ? "1" : "" })}>show all</a>
          </span>
        )}
      </div>
      {failure && <Failure failure={failure} again={again} />}
      <Card title="What ran here">
        <p class="visually-hidden" role="status">
          {log.running.length > 0 ? `${countText(log.running.length, "run")} under way` : ""}
        </p>
        {rows === 0 && (loading ? <Loading /> : <Nothing failed={failed} action={action} />)}
        {rows > 0 && (
          <ul class="runs">
            {log.running.map((run) => (
              <li key={run.run} class="running">
                <Chip tone="info">running</Chip>
                <span class="run-name">
                  <ActionLink id={run.id} name={run.name} />
                </span>
                <span class="run-what" />
                <span class="run-who soft">
                  {run.agent === undefined ? "you" : <Text value={run.agent.name} />}
                </span>
                <span class="run-when soft">
                  <Time at={run.started} />
                </span>
              </li>
            ))}
            {log.ended.map((run) => (
              <RunRow key={run.run} run={run} onlyThis={action !== undefined} />
            ))}
          </ul>
        )}
        {log.next !== undefined && (
          <div class="row">
            <Button busy="Reading" onPress={more}>
              Show older ones
            </Button>
          </div>
        )}
      </Card>
    </section>
  );
}

function Nothing({ failed, action }: RunFilter): VNode {
  if (failed) return <Empty title="Nothing went wrong" />;
  if (action !== undefined) return <Empty title="It did not run here yet" />;
  return (
    <Empty title="Nothing ran here yet">
      <p>
        Open an <a href={href("actions")}>action</a> and try it, or let an agent use this peer: what it runs
        appears here at once.
      </p>
    </Empty>
  );
}

/** The log as the peer wrote it, and what happens since. */
function useRuns({ action, failed }: RunFilter): {
  readonly log: RunLog;
  readonly failure: ApiFailure | undefined;
  readonly loading: boolean;
  readonly more: () => Promise<void>;
  readonly again: () => void;
} {
  const [log, setLog] = useState(NO_RUNS);
  const [failure, setFailure] = useState<ApiFailure>();
  const [loading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const again = () => setRound((count) => count + 1);
  const live = connected.value;
  const ask = { limit: PAGE, ...(action === undefined ? {} : { action }), ...(failed ? { failed } : {}) };

  // Read again when the filter changes, and after a gap in what was heard.
  useEffect(() => {
    const abort = new AbortController();
    const filter = { action, failed };
    // What happens while the page is being read is in neither, unless it is kept.
    const late: ((log: RunLog) => RunLog)[] = [];
    let read = false;
    const take = (change: (log: RunLog) => RunLog) => {
      if (!read) late.push(change);
      setLog(change);
    };
    const stops = [
      onEvent("run-started", (event) => take((before) => withStarted(before, event, filter))),
      onEvent("run-ended", ({ run }) => take((before) => withEnded(before, run, filter))),
      onEvent("left-out", again),
    ];
    setLoading(true);
    const first = async () => {
      const page: RunsPage = await call("runs", { body: ask, signal: abort.signal });
      read = true;
      setFailure(undefined);
      setLog((before) => late.reduce((log, change) => change(log), withFirst(before, page)));
    };
    first()
      .catch((error: unknown) => isAbort(error) || setFailure(asFailure(error)))
      .finally(() => abort.signal.aborted || setLoading(false));
    return () => {
      abort.abort();
      for (const stop of stops) stop();
    };
  }, [action, failed, live, round]);

  const more = async () => {
    if (log.next === undefined) return;
    try {
      const page = await call("runs", { body: { ...ask, before: log.next } });
      setLog((before) => withMore(before, page));
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  return { log, failure, loading, more, again };
}
