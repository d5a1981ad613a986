import type { ActionView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ApiFailure } from "../api.ts";
import { Button, Card } from "../parts/index.ts";
import { Text } from "../text.tsx";

export type Yes = "once" | "always";

/** Asks the user before a run that needs a yes: what it is given is said exactly, and nothing is chosen beforehand. */
export function AskFirst({
  action: { permissions },
  failure,
  yes,
  no,
}: {
  readonly action: ActionView;
  readonly failure: ApiFailure;
  readonly yes: (how: Yes) => Promise<void>;
  readonly no: () => void;
}): VNode {
  const { net = [], secrets = [] } = permissions;
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <Card title="May it run?" kind="warning">
      <fieldset class="stack ask-first" ref={box} tabIndex={-1} aria-label="May it run?">
        <p>This run needs your yes:</p>
        <ul class="bullets">
          {failure.details.map((doubt) => (
            <li key={doubt}>
              <Text value={doubt} />
            </li>
          ))}
        </ul>
        <dl class="facts">
          <dt>Hosts</dt>
          <dd>
            <Names names={net} />
          </dd>
          <dt>Secrets</dt>
          <dd>
            <Names names={secrets} />
          </dd>
        </dl>
        <p class="small">
          It is given these and nothing else. What it sends to these hosts, the input above included, cannot
          be taken back.
        </p>
        <div class="row">
          <Button busy="Running" onPress={() => yes("once")}>
            Run once
          </Button>
          <Button busy="Running" onPress={() => yes("always")}>
            Always run this action
          </Button>
          <Button kind="main" onPress={no}>
            No
          </Button>
        </div>
      </fieldset>
    </Card>
  );
}

const Names = ({ names }: { readonly names: readonly string[] }): VNode =>
  names.length === 0 ? (
    <>none</>
  ) : (
    <ul class="plain-list">
      {names.map((name) => (
        <li key={name}>
          <code>
            <Text value={name} />
          </code>
        </li>
      ))}
    </ul>
  );
