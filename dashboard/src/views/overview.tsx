import type { Status } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { onEvent, status, trouble } from "../live.ts";
import { Feed } from "../overview/feed.tsx";
import { FirstSteps } from "../overview/first-steps.tsx";
import { Company, DiskAndIndex, Queue, Walls, Who } from "../overview/state-cards.tsx";
import { Card, Chip, Failure, Loading, useLoad } from "../parts/index.ts";
import type { ViewProps } from "../router.ts";
import { Lines } from "../text.tsx";

/** Who this peer is, whom it knows, what it does and what arrives. */
export function View(_: ViewProps): VNode {
  // The stream tells the status as well, and keeps it true; asking once shows the page at once, and without the stream.
  const first = useLoad((signal) => call("status", { signal }), []);
  const runs = useLoad((signal) => call("runs", { body: { limit: 1 }, signal }), []);
  useEffect(() => onEvent("run-ended", runs.reload), [runs.reload]);
  const current = status.value ?? first.value;
  if (current === undefined)
    return first.failure ? <Failure failure={first.failure} again={first.reload} /> : <Loading />;
  return (
    <div class="page">
      <div class="page-head">
        <h1>Overview</h1>
        <Health status={current} />
      </div>
      <Warnings status={current} />
      {runs.value?.runs.length === 0 && <FirstSteps status={current} />}
      <div class="grid even">
        <Who status={current} />
        <Company status={current} />
        <Queue status={current} />
        <DiskAndIndex status={current} />
        <Walls status={current} />
        <Feed />
      </div>
    </div>
  );
}

/** In a line whether all is well. */
function Health({ status: current }: { readonly status: Status }): VNode {
  const { known, passed } = current.actions;
  const wrong = warningsOf(current).length;
  return (
    <p class="row small soft">
      {trouble.value !== undefined ? (
        <Chip>as it was heard last</Chip>
      ) : wrong > 0 ? (
        <Chip tone="warn">{countText(wrong, "warning")}</Chip>
      ) : (
        <Chip tone="good">all is well</Chip>
      )}
      <span>
        {current.peers === 0 ? "connected to nobody" : `connected to ${countText(current.peers, "peer")}`} ·{" "}
        {countText(known, "action")} known, {passed.toLocaleString("en")} passed on this machine
      </span>
    </p>
  );
}

const warningsOf = ({ warnings, sandbox, joining }: Status): readonly string[] => [
  ...(sandbox === null ? ["The sandbox does not work: no action can be tested or run."] : []),
  ...(joining.how === "expired" ? [joining.note] : []),
  ...warnings,
];

function Warnings({ status: current }: { readonly status: Status }): VNode | null {
  const all = warningsOf(current);
  if (all.length === 0) return null;
  return (
    <Card title={all.length === 1 ? "A warning" : `${all.length} warnings`} kind="warning">
      <ul class="plain-list">
        {all.map((text) => (
          <li key={text}>
            <Lines value={text} />
          </li>
        ))}
      </ul>
      <p class="small">
        <code>collective doctor</code> looks at this machine, and names the way out of what it finds.
      </p>
    </Card>
  );
}
