import type { Status } from "@action-collective/protocol";
import type { VNode } from "preact";
import { countText } from "../format.ts";
import { Text } from "../text.tsx";
import { Bytes } from "./bytes.tsx";
import { Card } from "./card.tsx";
import { Chip } from "./chip.tsx";
import { CopyId } from "./copy.tsx";
import { Peer } from "./peer.tsx";
import { scoreText, shareText } from "./words.ts";

const REACHED: Readonly<
  Record<Status["reachability"]["state"], readonly ["good" | "info" | "warn" | "plain", string, string]>
> = {
  direct: ["good", "directly", "Others can connect to this peer."],
  relayed: ["info", "through relays", "Others cannot connect to it directly; relays pass their calls on."],
  "outbound-only": [
    "warn",
    "not at all",
    "It calls others, and nobody can call it. All still works, a little slower.",
  ],
  unknown: ["plain", "not known yet", "Nobody has called it so far."],
};

/** Whether others can call this peer, and where. */
export function Reachability({ state }: { readonly state: Status }): VNode {
  const [tone, word, sentence] = REACHED[state.reachability.state];
  return (
    <Card title="How others reach this peer" end={<Chip tone={tone}>{word}</Chip>}>
      <p>{sentence}</p>
      <Addresses title="Relays that hold a place for it" list={state.reachability.relays} />
      <Addresses title="Its addresses" list={state.addresses} />
    </Card>
  );
}

function Addresses({
  title,
  list,
}: {
  readonly title: string;
  readonly list: readonly string[];
}): VNode | null {
  if (list.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul class="plain-list small break">
        {list.map((address) => (
          <li key={address}>
            <code>
              <Text value={address} />
            </code>
          </li>
        ))}
      </ul>
    </div>
  );
}

const JOINS: Readonly<Record<Status["joining"]["how"], string>> = {
  given: "through addresses that you gave",
  off: "nobody, as you told it",
  list: "through its network's list",
  expired: "through a list that has expired",
  nobody: "through a list that names nobody",
  unlisted: "through nobody: it has no list",
};

/** Through whom it finds others. */
export function Joining({
  state: { joining, network, publicDht, peerId },
}: {
  readonly state: Status;
}): VNode {
  return (
    <Card title="How it joins">
      <dl class="facts">
        <dt>Network</dt>
        <dd>
          <Text value={network} />
        </dd>
        <dt>Joins</dt>
        <dd>
          {JOINS[joining.how]}
          {joining.nodes > 0 && `, ${countText(joining.nodes, "node")}`}
        </dd>
        {joining.note !== "" && (
          <>
            <dt>Note</dt>
            <dd>
              <Text value={joining.note} />
            </dd>
          </>
        )}
        <dt>This peer</dt>
        <dd>
          <CopyId id={peerId} />
        </dd>
        {publicDht !== undefined && (
          <>
            <dt>Public DHT</dt>
            <dd>
              {publicDht.state}, {countText(publicDht.connections, "connection")},{" "}
              {countText(publicDht.announced, "block")} announced
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}

/** Bytes given and taken, in all and by those dealt with most. */
export function GiveAndTake({ state: { giveAndTake: dealt } }: { readonly state: Status }): VNode {
  const most = Math.max(1, ...dealt.peers.map(({ givenBytes, takenBytes }) => givenBytes + takenBytes));
  return (
    <Card
      title="Give and take"
      end={
        dealt.contended ? <Chip tone="warn">requests wait now</Chip> : <Chip tone="good">room for all</Chip>
      }
    >
      <dl class="facts">
        <dt>Given</dt>
        <dd>
          <Bytes value={dealt.givenBytes} />
        </dd>
        <dt>Taken</dt>
        <dd>
          <Bytes value={dealt.takenBytes} />
        </dd>
        <dt>Put off</dt>
        <dd>{countText(dealt.putOff, "request")}</dd>
      </dl>
      {dealt.peers.length > 0 && (
        <ul class="dealings">
          {dealt.peers.map(({ peer, givenBytes, takenBytes, share }) => (
            <li key={peer}>
              <Peer id={peer} />
              <span class="bar" aria-hidden="true">
                <span class="given" style={{ width: shareText(givenBytes / most).replace(" ", "") }} />
                <span class="taken" style={{ width: shareText(takenBytes / most).replace(" ", "") }} />
              </span>
              <span class="small soft">
                gave <Bytes value={givenBytes} />, took <Bytes value={takenBytes} />, share {scoreText(share)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
