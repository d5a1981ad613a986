import type { VNode } from "preact";

/** Shown to a browser without a session. */
export const SignedOut = ({ refused }: { readonly refused: boolean }): VNode => (
  <main class="signed-out">
    <h1>{refused ? "This link does not work any more" : "You are not logged in"}</h1>
    <p>
      {refused
        ? "A link logs in once, within a minute of being made, and only while the peer that made it runs."
        : "A session ends after twelve hours without use, and when the peer stops."}
    </p>
    <p>In a terminal, ask the peer for a new link:</p>
    <pre>
      <code>collective open</code>
    </pre>
  </main>
);
