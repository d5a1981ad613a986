import type { Receipt } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type ApiFailure, asFailure, call } from "../api.ts";
import { durationText } from "../format.ts";
import { Button, Chip, CopyId, Failure, PermissionChips } from "../parts/index.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Lines } from "../text.tsx";

/** What a run answered, what it wrote, and its receipt. */
export const Outcome = ({ receipt }: { readonly receipt: Receipt }): VNode => (
  <div class="stack">
    <p class="row">
      <Chip tone="good">ok</Chip>
      <span class="small soft">in {durationText(receipt.durationMs)}</span>
    </p>
    {(receipt.granted.net ?? []).length > 0 && (
      <p class="small soft">The output may hold what strangers wrote on these hosts just now.</p>
    )}
    <JsonView value={receipt.output} />
    {receipt.logs.length > 0 && (
      <div>
        <h3>Log</h3>
        <pre>
          <Lines value={receipt.logs.join("\n")} />
        </pre>
      </div>
    )}
    <dl class="facts small">
      <dt>Receipt</dt>
      <dd>
        <CopyId id={receipt.run} />
      </dd>
      <dt>It was given</dt>
      <dd class="row">
        {grantedNothing(receipt) ? (
          "its input, and nothing else"
        ) : (
          <PermissionChips permissions={receipt.granted} />
        )}
      </dd>
    </dl>
    <Rate key={receipt.run} id={receipt.id} />
  </div>
);

const grantedNothing = ({ granted: { net = [], secrets = [] } }: Receipt): boolean =>
  net.length + secrets.length === 0;

function Rate({ id }: { readonly id: string }): VNode {
  const [said, setSaid] = useState<boolean | undefined>();
  const [failure, setFailure] = useState<ApiFailure | undefined>();
  const say = async (useful: boolean) => {
    try {
      await call("feedback", { ref: id, body: { useful } });
      setSaid(useful);
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  if (failure !== undefined) return <Failure failure={failure} />;
  if (said !== undefined)
    return <p class="small soft">You said that it was {said ? "useful" : "not useful"}.</p>;
  return (
    <div class="row small">
      <span class="soft">Was it useful?</span>
      <Button onPress={() => say(true)}>Yes</Button>
      <Button onPress={() => say(false)}>No</Button>
    </div>
  );
}
