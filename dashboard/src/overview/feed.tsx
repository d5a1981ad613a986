import type { PeerEvent } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countText, durationText, shortId } from "../format.ts";
import { connected, events, type Heard } from "../live.ts";
import { ActionLink, Card, Chip, Empty, Peer, Time } from "../parts/index.ts";
import { Text } from "../text.tsx";

const SHOWN = 40;

/** What happens in the peer, as it happens. */
export function Feed(): VNode {
  const [stopped, setStopped] = useState<readonly Heard[] | undefined>();
  const shown = (stopped ?? events.value).filter(isShown).slice(0, SHOWN);
  return (
    <Card
      title="What happens now"
      end={
        <button
          type="button"
          class="quiet small"
          aria-pressed={stopped !== undefined}
          onClick={() => setStopped(stopped === undefined ? events.peek() : undefined)}
        >
          {stopped === undefined ? "Pause" : "Go on"}
        </button>
      }
    >
      {shown.length === 0 ? (
        <Empty title="Nothing yet">
          <p class="small">
            {connected.value
              ? "Records that arrive, tests and runs are told here as they happen."
              : "The pages are not connected to the peer; they try again."}
          </p>
        </Empty>
      ) : (
        // Up to twenty events a second: read aloud on demand only.
        <ul class="feed" role="log" aria-live="off" aria-label="Events">
          {shown.map(({ event, number, at }) => (
            <li key={number}>
              <Time at={at} />
              <span>
                <Told event={event} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** A run that ended is told once. */
function isShown({ event }: Heard, _: number, all: readonly Heard[]): boolean {
  if (event.type !== "run-started") return true;
  return !all.some(({ event: other }) => other.type === "run-ended" && other.run.run === event.run);
}

const KINDS: Readonly<Record<string, string>> = {
  verdict: "judged",
  feedback: "says how useful it found",
  trust: "says whom it trusts:",
  withdrawal: "took back",
  succession: "names its next key:",
};

function Told({ event }: { readonly event: PeerEvent }): VNode | null {
  switch (event.type) {
    case "status":
      return null;
    case "run-started":
      return (
        <>
          <Chip tone="info">runs</Chip> <ActionLink id={event.id} name={event.name} />
        </>
      );
    case "run-ended": {
      const { id, name, status, durationMs, agent } = event.run;
      return (
        <>
          <Chip tone={status === "ok" ? "good" : status === "approval-needed" ? "warn" : "bad"}>
            {status === "ok" ? "ran" : status}
          </Chip>{" "}
          <ActionLink id={id} name={name} /> in {durationText(durationMs)}
          {agent && (
            <>
              {" "}
              for <Text value={agent.name} />
            </>
          )}
        </>
      );
    }
    case "verified":
      return (
        <>
          <Chip tone={event.outcome === "pass" ? "good" : event.outcome === "fail" ? "bad" : "warn"}>
            {event.outcome === "pass" ? "passed" : event.outcome === "fail" ? "failed" : "undecided"}
          </Chip>{" "}
          <ActionLink id={event.id} name={event.name} />
          {event.outcome !== "pass" && (
            <span class="soft">
              {" "}
              <Text value={event.reason} />
            </span>
          )}
        </>
      );
    case "arrived":
      return <Arrived event={event} />;
    case "peers":
      return <>Connected to {countText(event.connected, "peer")}</>;
    case "rules":
      return <>Rules, lists or trust changed</>;
    case "left-out":
      return <span class="soft">{countText(event.events, "event")} left out</span>;
  }
}

function Arrived({ event }: { readonly event: Extract<PeerEvent, { type: "arrived" }> }): VNode {
  const { kind, author, subject, name, via } = event;
  return (
    <>
      <Chip>{via === "own" ? "own" : via}</Chip> <Peer id={author} />{" "}
      {kind === "publication" ? (
        <>
          publishes <ActionLink id={subject} name={name ?? ""} />
        </>
      ) : (
        <>
          {Object.hasOwn(KINDS, kind) ? KINDS[kind] : kind}{" "}
          {kind === "verdict" || kind === "feedback" || kind === "withdrawal" ? (
            <ActionLink id={subject} name={name ?? ""} />
          ) : (
            <span class="id">{shortId(subject)}</span>
          )}
        </>
      )}
    </>
  );
}
