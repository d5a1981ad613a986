import type { PolicyView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { BlockLists } from "../parts/block-lists.tsx";
import { Button, Card, Failure, Loaded, useLoad } from "../parts/index.ts";
import { changeLines, changeOf, formOf, isEmpty, NO_EDITS, problemsOf } from "../parts/policy-edits.ts";
import { Approved, Blocked } from "../parts/policy-entries.tsx";
import { EvidenceRules, KindRules } from "../parts/policy-form.tsx";
import { Preview, usePreview } from "../parts/policy-preview.tsx";
import { useReloadOn } from "../parts/use-reload-on.ts";
import { useWrite } from "../parts/use-write.ts";
import { Text } from "../text.tsx";
import "../views.css";

export function View(): VNode {
  const policy = useLoad((signal) => call("policy", { signal }), []);
  useReloadOn(["rules"], policy.reload);
  return (
    <section class="page policy">
      <div class="page-head">
        <h1>Policy</h1>
        <span class="soft small">Your rules for what is offered, fetched, kept for others and run here.</span>
      </div>
      <Loaded load={policy}>{(view) => <Rules view={view} reload={policy.reload} />}</Loaded>
    </section>
  );
}

function Rules({ view, reload }: { readonly view: PolicyView; readonly reload: () => void }): VNode {
  const [edits, setEdits] = useState(NO_EDITS);
  const [applied, setApplied] = useState<readonly string[]>([]);
  const write = useWrite();
  const form = { ...formOf(view.policy), ...edits.form };
  const problems = problemsOf(form);
  const change = changeOf(view.policy, edits);
  const changed = !isEmpty(change);
  const sound = Object.keys(problems).length === 0;
  const preview = usePreview(changed && sound ? change : undefined);
  const lines = changeLines(view.policy, change);
  const set = (fields: typeof edits.form) => setEdits({ ...edits, form: { ...edits.form, ...fields } });
  const apply = async () => {
    const wentWell = await write.run(async () => {
      const after = await call("setPolicy", { body: change });
      const hidden = after.hidden.reduce((sum, { actions }) => sum + actions, 0);
      return `Applied. Your rules hide ${countText(hidden, "action")} now.`;
    });
    if (!wentWell) return;
    setApplied(lines);
    setEdits(NO_EDITS);
    reload();
  };
  const rules = { form, problems, set };
  const entries = { view, edits, setEdits };
  return (
    <>
      <Hidden view={view} />
      <div role="status" class={write.done === "" ? "visually-hidden" : "done"}>
        {write.done !== "" && (
          <>
            <p>{write.done}</p>
            <ChangeList lines={applied} />
          </>
        )}
      </div>
      <div class="grid">
        <KindRules {...rules} />
        <div class="stack">
          <EvidenceRules {...rules} />
          <Approved {...entries} />
        </div>
        <div class="stack">
          <Blocked {...entries} />
          <BlockLists {...entries} />
        </div>
      </div>
      {changed && (
        <section class="pending" aria-label="Changes that are not applied yet">
          <div class="pending-text">
            <ChangeList lines={lines} />
            {sound ? <Preview load={preview} /> : <p class="problem">Something above is not right yet.</p>}
            {write.failure && <Failure failure={write.failure} />}
          </div>
          <div class="row">
            <Button
              kind="main"
              busy="Applying"
              disabled={!sound || preview.loading || preview.value === undefined}
              onPress={apply}
            >
              Apply
            </Button>
            <Button onPress={() => setEdits(NO_EDITS)}>Discard</Button>
          </div>
        </section>
      )}
    </>
  );
}

const ChangeList = ({ lines }: { readonly lines: readonly string[] }): VNode => (
  <ul class="plain-list small">
    {lines.map((line) => (
      <li key={line}>
        <Text value={line} />
      </li>
    ))}
  </ul>
);

function Hidden({ view: { hidden } }: { readonly view: PolicyView }): VNode {
  const all = hidden.reduce((sum, { actions }) => sum + actions, 0);
  return (
    <Card title="What your rules hide now">
      {all === 0 ? (
        <p class="soft">
          Nothing. Whatever did not fail here is offered, and asks before it gets more than its input.
        </p>
      ) : (
        <ul class="plain-list">
          {hidden.map(({ why, actions }) => (
            <li key={why}>
              {countText(actions, "action")}: <Text value={why} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
