import type { PeerView, TrustView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { status } from "../live.ts";
import { BlockPeer } from "../parts/block-peer.tsx";
import { Bytes, Card, Chip, CopyId, Loaded, Peer, useLoad } from "../parts/index.ts";
import { Statements } from "../parts/peer-statements.tsx";
import { Said } from "../parts/said.tsx";
import { SayTrust } from "../parts/say-trust.tsx";
import { TrustPath } from "../parts/trust-path.tsx";
import { useReloadOn } from "../parts/use-reload-on.ts";
import { levelText, scoreText, shareText } from "../parts/words.ts";
import { href, type ViewProps } from "../router.ts";
import "../views.css";

/** Its verdicts and bytes change all day. */
const AGAIN_MS = 4_000;
/** Ways by which its word reaches this peer. */
const SHOWN = 8;

export function View({ params: { ref } }: ViewProps): VNode {
  if (status.value?.peerId === ref) return <Self />;
  return <Other peer={ref} />;
}

const Self = (): VNode => (
  <section class="page">
    <h1>This peer</h1>
    <p>
      That is your own peer. The <a href={href("overview")}>overview</a> says how it is, the{" "}
      <a href={href("network")}>network</a> who is around it.
    </p>
  </section>
);

function Other({ peer }: { readonly peer: string }): VNode {
  const view = useLoad((signal) => call("peer", { ref: peer, signal }), [peer]);
  const trust = useLoad((signal) => call("trust", { signal }), []);
  const policy = useLoad((signal) => call("policy", { signal }), []);
  const graph = useLoad((signal) => call("graph", { signal }), []);
  const reload = view.reload;
  useReloadOn(["rules", "peers", "verified", "arrived"], reload, AGAIN_MS);
  return (
    <section class="page">
      <Loaded load={view}>
        {(about) => {
          const blocked = policy.value?.policy.blockedPeers?.includes(about.peer) === true;
          return (
            <>
              <Head about={about} blocked={blocked} />
              <div class="grid">
                <div class="stack">
                  <Card title="Its word here">
                    <Word about={about} trust={trust.value} />
                  </Card>
                  <Card title="What it gave, and took">
                    <Dealings about={about} />
                  </Card>
                </div>
                <Card title="What you say of it">
                  <SayTrust
                    peer={about.peer}
                    said={about.statement}
                    onSaid={() => {
                      reload();
                      trust.reload();
                      graph.reload();
                    }}
                  />
                </Card>
                <div class="stack">
                  <Card title="What it says, and what is said of it">
                    <Loaded load={graph}>{(value) => <Statements graph={value} peer={about.peer} />}</Loaded>
                  </Card>
                  <Card title={blocked ? "It is blocked" : "Block it"}>
                    <BlockPeer peer={about.peer} blocked={blocked} onDone={policy.reload} />
                  </Card>
                </div>
              </div>
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function Head({ about, blocked }: { readonly about: PeerView; readonly blocked: boolean }): VNode {
  const { peer, connected, statement, suggestedByNetwork, discredited, successor } = about;
  const level = statement?.level ?? 0;
  return (
    <div class="stack">
      <h1>Peer {peer.slice(-8)}</h1>
      <CopyId id={peer} whole />
      <div class="row">
        <Chip tone={connected ? "good" : "plain"}>{connected ? "connected" : "not connected"}</Chip>
        {level !== 0 && <Chip tone={level > 0 ? "good" : "bad"}>you say: {levelText(level)}</Chip>}
        {suggestedByNetwork && <Chip tone="info">suggested by the network's list</Chip>}
        {blocked && <Chip tone="bad">blocked</Chip>}
        {discredited !== null && <Chip tone="bad">its word counts for nothing</Chip>}
      </div>
      {discredited !== null && (
        <p>
          Its word counts for nothing: <Said value={discredited} />
        </p>
      )}
      {successor !== null && (
        <p>
          It named another key that succeeds it: <Peer id={successor} />
        </p>
      )}
    </div>
  );
}

function Word({ about, trust }: { readonly about: PeerView; readonly trust: TrustView | undefined }): VNode {
  const { agreements, disagreements, reliability, paths, author } = about;
  const unshown = paths.length - SHOWN;
  return (
    <dl class="facts">
      <dt>Trust</dt>
      <dd>
        <strong>{shareText(about.trust)}</strong> of what this peer believes of others, beside its own tests
      </dd>
      <dt>Through</dt>
      <dd>
        {paths.length === 0 ? (
          <TrustPath path={[]} trust={trust} />
        ) : (
          <ul class="plain-list">
            {paths.slice(0, SHOWN).map((path) => (
              <li key={path.join()}>
                <TrustPath path={path} trust={trust} />
              </li>
            ))}
            {unshown > 0 && <li class="soft">and {countText(unshown, "other way")}</li>}
          </ul>
        )}
      </dd>
      <dt>As a rater</dt>
      <dd>
        {agreements + disagreements === 0 ? (
          "not known: nothing that it said was tested here yet"
        ) : (
          <>
            reliable to <strong>{scoreText(reliability)}</strong>: {countText(agreements, "verdict")} of it
            right, {disagreements} wrong, by this peer's own tests
          </>
        )}
      </dd>
      <dt>As an author</dt>
      <dd>
        {author.actions === 0 ? (
          "not known: no action of it is known here"
        ) : (
          <>
            score <strong>{scoreText(author.score)}</strong>: {countText(author.actions, "action")},{" "}
            {author.good} good and {author.bad} bad here
          </>
        )}
      </dd>
    </dl>
  );
}

function Dealings({ about: { dealings } }: { readonly about: PeerView }): VNode {
  const { givenBytes, takenBytes, putOff, right, wrong, useful, share } = dealings;
  return (
    <dl class="facts">
      <dt>It was given</dt>
      <dd>
        <Bytes value={givenBytes} />, and put off {countText(putOff, "time")}
      </dd>
      <dt>It gave</dt>
      <dd>
        <Bytes value={takenBytes} />
      </dd>
      <dt>Its verdicts</dt>
      <dd>
        {right} proved right here, {wrong} wrong
      </dd>
      <dt>Its actions</dt>
      <dd>{countText(useful, "run")} here that went well</dd>
      <dt>Share</dt>
      <dd>
        <strong>{share.toFixed(2)}</strong> of a newcomer's ration, where there is not enough for all
      </dd>
    </dl>
  );
}
