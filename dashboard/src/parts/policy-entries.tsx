import type { PolicyView } from "@action-collective/protocol";
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { ActionLink } from "./action-link.tsx";
import { Card } from "./card.tsx";
import { Chip } from "./chip.tsx";
import { TextField } from "./field.tsx";
import { Peer } from "./peer.tsx";
import { ACTION_ID, type EntryList, PEER_ID, type PolicyEdits } from "./policy-edits.ts";

export interface EntriesProps {
  readonly view: PolicyView;
  readonly edits: PolicyEdits;
  readonly setEdits: (edits: PolicyEdits) => void;
}

/** Peers, and actions, that are not wanted; and those that run without asking. */
export function Blocked(props: EntriesProps): VNode {
  return (
    <Card title="Blocked by you">
      <h3>Peers</h3>
      <Entries {...props} list="blockedPeers" takeOut="Unblock" nothing="No peer is blocked.">
        {(id) => <Peer id={id} />}
      </Entries>
      <AddEntry
        {...props}
        list="blockedPeers"
        label="Block a peer"
        help="Its id. What only it publishes is not offered, fetched, kept or run any more."
        pattern={PEER_ID}
        problem="A peer's id begins with 12D3KooW and has 52 characters."
      />
      <h3>Actions</h3>
      <Entries {...props} list="blockedActions" takeOut="Unblock" nothing="No action is blocked.">
        {(id) => <ActionLink id={id} name="" />}
      </Entries>
      <AddEntry
        {...props}
        list="blockedActions"
        label="Block an action"
        help="Its id."
        pattern={ACTION_ID}
        problem="An action's id begins with bafyrei and has 59 characters."
      />
    </Card>
  );
}

export function Approved(props: EntriesProps): VNode {
  return (
    <Card title="Approved for good">
      <p class="small soft">
        You said yes to every run of these, whatever is in doubt about them. What you block or rule out stays
        out.
      </p>
      <Entries {...props} list="approved" takeOut="Ask again" nothing="No action is approved for good.">
        {(id) => <ActionLink id={id} name="" />}
      </Entries>
    </Card>
  );
}

/** The entries of a list: those in force, those to be added, those to be taken out. */
function Entries({
  view,
  edits,
  setEdits,
  list,
  takeOut,
  nothing,
  children,
}: EntriesProps & {
  readonly list: EntryList;
  readonly takeOut: string;
  readonly nothing: string;
  readonly children: (id: string) => ComponentChildren;
}): VNode {
  const inForce = view.policy[list] ?? [];
  const added = edits.add[list].filter((id) => !inForce.includes(id));
  if (inForce.length + added.length === 0) return <p class="soft">{nothing}</p>;
  const set = (what: "add" | "remove", ids: readonly string[]) =>
    setEdits({ ...edits, [what]: { ...edits[what], [list]: ids } });
  return (
    <ul class="entries">
      {[...inForce, ...added].map((id) => {
        const isNew = !inForce.includes(id);
        const leaves = edits.remove[list].includes(id);
        const undo = () =>
          isNew
            ? set(
                "add",
                edits.add[list].filter((one) => one !== id),
              )
            : set(
                "remove",
                edits.remove[list].filter((one) => one !== id),
              );
        return (
          <li key={id} class={leaves ? "leaves" : ""}>
            {children(id)}
            {isNew && <Chip tone="info">not applied yet</Chip>}
            <button
              type="button"
              class="small"
              onClick={() => (isNew || leaves ? undo() : set("remove", [...edits.remove[list], id]))}
            >
              {isNew || leaves ? "Undo" : takeOut}
              <span class="visually-hidden"> {id}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function AddEntry({
  edits,
  setEdits,
  list,
  label,
  help,
  pattern,
  problem,
}: EntriesProps & {
  readonly list: EntryList;
  readonly label: string;
  readonly help: string;
  readonly pattern: RegExp;
  readonly problem: string;
}): VNode {
  const [id, setId] = useState("");
  const [tried, setTried] = useState(false);
  const wrong = !pattern.test(id.trim());
  return (
    <form
      class="adding"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(wrong);
        if (wrong) return;
        const ids = [...edits.add[list].filter((one) => one !== id.trim()), id.trim()];
        setEdits({ ...edits, add: { ...edits.add, [list]: ids } });
        setId("");
      }}
    >
      <TextField
        label={label}
        help={help}
        value={id}
        onChange={setId}
        problem={tried && wrong ? problem : undefined}
      />
      <button type="submit">Add</button>
    </form>
  );
}
