import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../api.ts";
import { Button } from "./button.tsx";
import { Outcome } from "./outcome.tsx";
import { Preview, usePreview } from "./policy-preview.tsx";
import { useWrite } from "./use-write.ts";

/** Blocks a peer or takes that back, after showing what it does. */
export function BlockPeer({
  peer,
  blocked,
  onDone,
}: {
  readonly peer: string;
  readonly blocked: boolean;
  readonly onDone: () => void;
}): VNode {
  const [asked, setAsked] = useState(false);
  const change = { [blocked ? "remove" : "add"]: { blockedPeers: [peer] } };
  const preview = usePreview(asked ? change : undefined);
  const write = useWrite();
  const carryOut = async () => {
    const wentWell = await write.run(async () => {
      await call("setPolicy", { body: change });
      return blocked ? "It is not blocked any more." : "It is blocked.";
    });
    if (!wentWell) return;
    setAsked(false);
    onDone();
  };
  return (
    <div class="stack">
      <p>
        {blocked
          ? "What only it published is not offered, fetched, kept or run here. What was refused meanwhile comes back within about an hour of unblocking."
          : "What only it publishes would not be offered, fetched, kept or run here any more."}
      </p>
      {asked ? (
        <>
          <Preview load={preview} />
          <div class="row">
            <Button
              kind={blocked ? "main" : "danger"}
              disabled={preview.loading || preview.value === undefined}
              busy="Changing the rules"
              onPress={carryOut}
            >
              {blocked ? "Unblock this peer" : "Block this peer"}
            </Button>
            <Button onPress={() => setAsked(false)}>Leave it as it is</Button>
          </div>
        </>
      ) : (
        <div class="row">
          <Button onPress={() => setAsked(true)}>{blocked ? "Unblock…" : "Block…"}</Button>
        </div>
      )}
      <Outcome write={write} />
    </div>
  );
}
