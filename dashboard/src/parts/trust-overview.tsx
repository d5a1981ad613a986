import type { TrustView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";
import { Button } from "./button.tsx";
import { Card } from "./card.tsx";
import { Chip } from "./chip.tsx";
import { Empty } from "./empty.tsx";
import { Outcome } from "./outcome.tsx";
import { Peer } from "./peer.tsx";
import { Said } from "./said.tsx";
import { Time } from "./time.tsx";
import { Loaded, useLoad } from "./use-load.tsx";
import { useReloadOn } from "./use-reload-on.ts";
import { useWrite } from "./use-write.ts";
import { levelText } from "./words.ts";

/** Agreements come with every test that runs here. */
const AGAIN_MS = 5_000;

/** Whom the user trusts, and whom to follow might be worth it. */
export function TrustOverview(): VNode {
  const trust = useLoad((signal) => call("trust", { signal }), []);
  const write = useWrite();
  useReloadOn(["rules", "verified"], trust.reload, AGAIN_MS);
  const follow = async (peer: string) => {
    const wentWell = await write.run(async () => {
      await call("setTrust", { body: { peer, level: 1 } });
      return "Followed. Only this machine knows; the peer's page can tell the network.";
    });
    if (wentWell) trust.reload();
  };
  return (
    <section class="page">
      <div class="page-head">
        <h1>Whom you trust</h1>
        <a href={href("network")}>As a graph</a>
      </div>
      <p>
        Your peer believes what it tested itself. Whose word counts beside that is up to you: there is no
        score that everybody shares.
      </p>
      <Loaded load={trust}>
        {(value) => (
          <>
            <Card title="What you said">
              <Statements trust={value} />
              <Outcome write={write} />
            </Card>
            <div class="grid">
              <Card title="Their verdicts agreed with your own">
                <Suggestions trust={value} follow={follow} />
              </Card>
              <Card title="Suggested by the network's list">
                <OfNetwork trust={value} follow={follow} />
              </Card>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Statements({ trust: { statements } }: { readonly trust: TrustView }): VNode {
  if (statements.length === 0)
    return (
      <Empty title="Nothing yet">
        <p>
          What this peer finds out itself counts. To follow somebody you know, open their peer from the{" "}
          <a href={href("network")}>network</a>, or with <code>collective follow</code> and the id that their{" "}
          <code>collective id</code> shows.
        </p>
      </Empty>
    );
  return (
    <ul class="said">
      {statements.map(({ peer, level, since, published, reason }) => (
        <li key={peer}>
          <div class="row">
            <Chip tone={level > 0 ? "good" : level < 0 ? "bad" : "plain"}>{levelText(level)}</Chip>
            <Peer id={peer} />
            <span class="soft small">
              <Time at={since} />, {published ? "published" : "known to you alone"}
            </span>
          </div>
          {reason !== "" && (
            <p class="small">
              <Text value={reason} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

interface Suggested {
  readonly trust: TrustView;
  readonly follow: (peer: string) => Promise<void>;
}

function Suggestions({ trust, follow }: Suggested): VNode {
  if (trust.suggestions.length === 0)
    return (
      <p class="soft">
        Nobody yet. Once tests ran here that others ran too, those who were right stand here.
      </p>
    );
  return (
    <ul class="said">
      {trust.suggestions.map(({ peer, agreements, disagreements, useful, why }) => (
        <li key={peer}>
          <div class="row">
            <Peer id={peer} />
            <span class="small">
              {agreements} right, {disagreements} wrong, {useful} useful
            </span>
            <Follow peer={peer} trust={trust} follow={follow} />
          </div>
          <p class="soft small">
            <Said value={why} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function OfNetwork({ trust, follow }: Suggested): VNode {
  if (trust.suggestedByNetwork.length === 0) return <p class="soft">It suggests nobody.</p>;
  return (
    <>
      <p class="soft small">They count a little, and less the more you find out yourself.</p>
      <ul class="said">
        {trust.suggestedByNetwork.map((peer) => (
          <li key={peer} class="row">
            <Peer id={peer} />
            <Follow peer={peer} trust={trust} follow={follow} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Follow({ peer, trust, follow }: Suggested & { readonly peer: string }): VNode | null {
  if (trust.statements.some((said) => said.peer === peer && said.level !== 0)) return null;
  return (
    <Button busy="Following" onPress={() => follow(peer)}>
      Follow
    </Button>
  );
}
