import type { Status } from "@action-collective/protocol";
import { Fragment, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api.ts";
import { countText, spanText } from "../format.ts";
import { onEvent } from "../live.ts";
import {
  Bytes,
  Card,
  Chip,
  CopyId,
  Empty,
  Loaded,
  Peer,
  StandingChip,
  Time,
  type Tone,
  useLoad,
} from "../parts/index.ts";
import { now } from "../parts/time.tsx";
import { href } from "../router.ts";
import { Text } from "../text.tsx";

interface Props {
  readonly status: Status;
}

const REACH: Readonly<Record<Status["reachability"]["state"], readonly [Tone, string, string]>> = {
  direct: ["good", "reachable", "Other peers connect to it directly"],
  relayed: ["info", "by relay", "Other peers reach it through a relay"],
  "outbound-only": ["warn", "outbound only", "Other peers cannot connect to it; it connects to them"],
  unknown: ["plain", "not known yet", "Nobody connected to it so far"],
};
const ADDRESSES = 4;

export function Who({ status }: Props): VNode {
  const [tone, reach, meaning] = REACH[status.reachability.state];
  const { addresses } = status;
  return (
    <Card title="This peer">
      <dl class="facts">
        <dt>Id</dt>
        <dd>
          <CopyId id={status.peerId} />
        </dd>
        <dt>Network</dt>
        <dd>
          <Text value={status.network} />
        </dd>
        <dt>Reach</dt>
        <dd>
          <Chip tone={tone} title={meaning}>
            {reach}
          </Chip>
        </dd>
        <dt>Addresses</dt>
        <dd>
          {addresses.length === 0 ? "none" : <AddressList addresses={addresses.slice(0, ADDRESSES)} />}
          {addresses.length > ADDRESSES && (
            <details>
              <summary>{addresses.length - ADDRESSES} more</summary>
              <AddressList addresses={addresses.slice(ADDRESSES)} />
            </details>
          )}
        </dd>
        <dt>Version</dt>
        <dd>{status.version}</dd>
        <dt>Up</dt>
        <dd>{spanText(Math.max(0, now.value - status.startedAt))}</dd>
      </dl>
    </Card>
  );
}

const AddressList = ({ addresses }: { readonly addresses: readonly string[] }): VNode => (
  <ul class="plain-list">
    {addresses.map((address) => (
      <li key={address}>
        <code class="small break">{withoutPeer(address)}</code>
      </li>
    ))}
  </ul>
);

/** The peer's own id at the end of each address says nothing new. */
const withoutPeer = (address: string): string => address.replace(/\/p2p\/[^/]+$/, "");

const NEIGHBOURS = 6;

/** To whom the peer is connected. */
export function Company({ status }: Props): VNode {
  const load = useLoad((signal) => call("peers", { signal }), []);
  useEffect(() => onEvent("peers", load.reload), [load.reload]);
  return (
    <Card
      title="Connected to"
      end={
        <a class="small" href={href("network")}>
          the network
        </a>
      }
    >
      <Loaded load={load}>
        {({ peers }) =>
          peers.length === 0 ? (
            <Empty title="Nobody">
              <p class="small">
                <Text value={status.joining.note} />
              </p>
            </Empty>
          ) : (
            <Fragment>
              <ul class="plain-list divided">
                {peers
                  .slice(0, NEIGHBOURS)
                  .map(({ id, direction, connectedAt, agreements, disagreements }) => (
                    <li key={id} class="spread">
                      <Peer id={id} />
                      <span class="small soft">
                        {direction === "inbound" ? "came" : "called"} <Time at={connectedAt} />
                        {agreements + disagreements > 0 && (
                          <span title="How often its verdicts were what its actions' tests said here">
                            {" "}
                            · verdicts right: {agreements} of {agreements + disagreements}
                          </span>
                        )}
                      </span>
                    </li>
                  ))}
              </ul>
              {peers.length > NEIGHBOURS && <p class="small soft">and {peers.length - NEIGHBOURS} more</p>}
            </Fragment>
          )
        }
      </Loaded>
    </Card>
  );
}

const WAITS: Readonly<Record<NonNullable<Status["verificationWaitsFor"]>, string>> = {
  load: "waits until this machine is less busy",
  rate: "keeps to the rate that you set",
  "asked-only": "tests an action only when you ask for it",
};

/** What was tested here, and what waits for it. */
export function Queue({ status: { actions, verificationWaitsFor, policy } }: Props): VNode {
  const { passed, failed, unknown, pending, known } = actions;
  return (
    <Card title="Tests on this machine">
      {known === 0 ? (
        <Empty title="No action is known here yet" />
      ) : (
        <Fragment>
          <Shares
            parts={[
              ["good", passed],
              ["bad", failed],
              ["warn", unknown],
              ["info", pending],
            ]}
          />
          <ul class="plain-list">
            {(["passed", "failed", "unknown", "pending"] as const).map((standing) => (
              <li key={standing} class="spread">
                <StandingChip standing={standing} />
                <a class="number" href={href("actions", "", { standing })}>
                  {actions[standing].toLocaleString("en")}
                </a>
              </li>
            ))}
          </ul>
        </Fragment>
      )}
      {pending > 0 && (
        <p class="small soft">
          {countText(pending, "action waits", "actions wait")}
          {verificationWaitsFor === null
            ? "; the peer is at it."
            : `: the peer ${WAITS[verificationWaitsFor]}.`}
        </p>
      )}
      {policy.hidden > 0 && (
        <p class="small soft">
          Your <a href={href("policy")}>rules</a> hide {countText(policy.hidden, "action")}.
        </p>
      )}
    </Card>
  );
}

/** Parts of a whole as one bar. What it shows is said in words beside it. */
const Shares = ({ parts }: { readonly parts: readonly (readonly [Tone, number])[] }): VNode => (
  <svg class="shares" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
    {placed(parts).map(({ tone, from, width }) => (
      <rect key={tone} class={tone} x={from} width={width} height="1" />
    ))}
  </svg>
);

function placed(parts: readonly (readonly [Tone, number])[]) {
  const whole = parts.reduce((sum, [, count]) => sum + count, 0) || 1;
  let from = 0;
  return parts.map(([tone, count]) => {
    const width = (100 * count) / whole;
    from += width;
    return { tone, from: from - width, width };
  });
}

/** What of others lies on the disk, and how far the index is. */
export function DiskAndIndex({ status: { seeding, search, records, giveAndTake } }: Props): VNode {
  const { bytes, quotaBytes } = seeding;
  const { rebuilding, backlog } = search;
  return (
    <Card title="Disk and index">
      <dl class="facts">
        <dt>Seeding</dt>
        <dd>
          <Bytes value={bytes} /> of <Bytes value={quotaBytes} />
          <Shares
            parts={[
              ["good", bytes],
              ["plain", Math.max(0, quotaBytes - bytes)],
            ]}
          />
          <span class="small soft">
            {countText(seeding.actions, "action")} of others, {seeding.scarce} of them scarce; {seeding.own}{" "}
            of your own
          </span>
        </dd>
        <dt>Records</dt>
        <dd class="number">{records.toLocaleString("en")}</dd>
        <dt>Given, taken</dt>
        <dd>
          <Bytes value={giveAndTake.givenBytes} />, <Bytes value={giveAndTake.takenBytes} />
          {giveAndTake.contended && <Chip tone="warn">requests are put off</Chip>}
        </dd>
        <dt>Index</dt>
        <dd>
          {countText(search.vectors, "vector")} <span class="small soft">by {search.embedder}</span>
          {backlog > 0 && (
            <div class="small soft">
              {countText(backlog, "action waits", "actions wait")} for a vector; keywords find them meanwhile
            </div>
          )}
          {rebuilding !== null && (
            <div class="small soft">
              being rebuilt for {rebuilding.to}
              <progress
                aria-label="Rebuilding the index"
                max={rebuilding.total || 1}
                value={rebuilding.done}
              />
            </div>
          )}
        </dd>
      </dl>
    </Card>
  );
}

/** What stands between an action and this machine. */
export const Walls = ({ status: { sandbox } }: Props): VNode => (
  <Card title="Sandbox">
    {sandbox === null ? (
      <p>
        <Chip tone="bad">does not work</Chip>
      </p>
    ) : (
      <dl class="facts">
        <dt>Runner</dt>
        <dd>{sandbox.runner}</dd>
        <dt>Deno</dt>
        <dd>{sandbox.deno}</dd>
        <dt>Walls</dt>
        <dd class="row">
          {sandbox.layers.map((layer) => (
            <Chip key={layer} tone="good">
              {layer}
            </Chip>
          ))}
        </dd>
      </dl>
    )}
  </Card>
);
