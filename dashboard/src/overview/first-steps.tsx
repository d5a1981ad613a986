import type { Status } from "@action-collective/protocol";
import type { VNode } from "preact";
import { Card } from "../parts/index.ts";
import { href } from "../router.ts";
import { Lines } from "../text.tsx";

/** What to do with a peer that has not run anything yet. */
export const FirstSteps = ({ status: { actions, peers, joining } }: { readonly status: Status }): VNode => (
  <Card title="First steps" kind="wide">
    <ol class="steps">
      <li>
        <h3>Find something</h3>
        <p>
          {actions.known === 0
            ? "No action is known here yet: start the peer with its starter library, or wait for a neighbour."
            : `Say in your own words what is needed, and try one of ${actions.known.toLocaleString("en")} actions in the page.`}
        </p>
        <a class="button" href={href("actions")}>
          Search actions
        </a>
      </li>
      <li>
        <h3>Connect your agent</h3>
        <p>One command lets an agent host search, run, rate and publish, under your rules:</p>
        <pre>
          <code>{"collective mcp install claude-code\ncollective mcp install cursor"}</code>
        </pre>
      </li>
      <li>
        <h3>{peers === 0 ? "Meet others" : "Share what you make"}</h3>
        {peers === 0 ? (
          <p>
            {joining.note === "" ? (
              "This peer is connected to nobody. "
            ) : (
              <Lines value={joining.note.replace(/[.!?]?$/, ". ")} />
            )}
            It works alone as well; addresses of other peers go to <code>collective start --bootstrap</code>.
          </p>
        ) : (
          <p>
            <code>collective new</code> makes an action, <code>collective publish</code> proves and shares it.
          </p>
        )}
      </li>
    </ol>
  </Card>
);
