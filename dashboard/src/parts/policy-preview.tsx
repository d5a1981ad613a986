import type { PolicyChange, PolicyPreview } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { countText } from "../format.ts";
import { Text } from "../text.tsx";
import { ActionLink } from "./action-link.tsx";
import { Failure } from "./failure.tsx";
import { type Load, useLoad } from "./use-load.tsx";

/** After the last key or slide, before the peer is asked. */
const SETTLE_MS = 300;

/** What a change of the rules would hide, asked for a moment after it was made; undefined asks nothing. */
export function usePreview(change: PolicyChange | undefined): Load<PolicyPreview | undefined> {
  return useLoad(
    async (signal) => {
      if (change === undefined) return undefined;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      signal.throwIfAborted();
      return await call("previewPolicy", { body: change, signal });
    },
    [JSON.stringify(change)],
  );
}

/** The consequences, in numbers and by example. */
export function Preview({ load }: { readonly load: Load<PolicyPreview | undefined> }): VNode {
  const { value, failure, loading } = load;
  if (failure !== undefined) return <Failure failure={failure} again={load.reload} />;
  return (
    <div class={`preview ${loading ? "stale" : ""}`} role="status" aria-busy={loading}>
      {value === undefined ? (
        <p class="soft">Looking at what it would hide…</p>
      ) : (
        <Consequences preview={value} />
      )}
    </div>
  );
}

function Consequences({ preview }: { readonly preview: PolicyPreview }): VNode {
  const { hiddenNow: now, hiddenThen: then, hides, hidden, shows, shown, lookedAt } = preview;
  const hiding = hides.reduce((sum, { actions }) => sum + actions, 0);
  return (
    <>
      <p>
        {hiding === 0 && shows === 0 ? (
          <strong>It would hide nothing, and show nothing again.</strong>
        ) : (
          <strong>
            {hiding > 0 && `It would hide ${countText(hiding, "more action")}`}
            {hiding > 0 && shows > 0 && ", and "}
            {shows > 0 && `${hiding > 0 ? "offer" : "It would offer"} ${countText(shows, "action")} again`}.
          </strong>
        )}{" "}
        <span class="soft">
          Hidden now: {now.toLocaleString("en")}; then: {then.toLocaleString("en")}.
          {lookedAt !== undefined && ` Only ${countText(lookedAt, "action")} were looked at.`}
        </span>
      </p>
      {hides.length > 0 && (
        <ul class="plain-list">
          {hides.map(({ why, actions }) => (
            <li key={why}>
              {countText(actions, "action")}: <Text value={why} />
            </li>
          ))}
        </ul>
      )}
      <Examples title="For example, hidden" actions={hidden} />
      <Examples title="For example, offered again" actions={shown} />
    </>
  );
}

/** So many are enough to see what kind they are. */
const EXAMPLES = 8;

function Examples({
  title,
  actions,
}: {
  readonly title: string;
  readonly actions: readonly { readonly id: string; readonly name: string }[];
}): VNode | null {
  if (actions.length === 0) return null;
  return (
    <p>
      <span class="soft">{title}: </span>
      {actions.slice(0, EXAMPLES).map(({ id, name }, i) => (
        <span key={id}>
          {i > 0 && ", "}
          <ActionLink id={id} name={name} />
        </span>
      ))}
    </p>
  );
}
