import type { PolicyView } from "@action-collective/protocol";
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { countText } from "../format.ts";
import { Text } from "../text.tsx";
import { ActionLink } from "./action-link.tsx";
import { Card } from "./card.tsx";
import { Chip, type Tone } from "./chip.tsx";
import { TextField } from "./field.tsx";
import { Peer } from "./peer.tsx";
import { ACTION_ID, type EntryList, type ListSource, PEER_ID, type PolicyEdits } from "./policy-edits.ts";
import { Time } from "./time.tsx";

interface EntriesProps {
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
        You said yes to every run of these, whatever is in doubt about them. What you block or rule out stays out.
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
            ? set("add", edits.add[list].filter((one) => one !== id))
            : set("remove", edits.remove[list].filter((one) => one !== id));
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
      <TextField label={label} help={help} value={id} onChange={setId} problem={tried && wrong ? problem : undefined} />
      <button type="submit">Add</button>
    </form>
  );
}

const STATES: Readonly<Record<PolicyView["lists"][number]["state"], readonly [Tone, string]>> = {
  "in-force": ["good", "in force"],
  expired: ["warn", "expired"],
  unreadable: ["bad", "not readable"],
  "never-read": ["warn", "not read yet"],
};

/** Lists of others that are followed. */
export function BlockLists({ view, edits, setEdits }: EntriesProps): VNode {
  const leaving = edits.remove.lists;
  const setLeaving = (lists: readonly string[]) => setEdits({ ...edits, remove: { ...edits.remove, lists } });
  const setAdded = (lists: readonly ListSource[]) => setEdits({ ...edits, add: { ...edits.add, lists } });
  return (
    <Card title="Block lists">
      <p class="small soft">
        None is followed by default. A list of somebody else decides what you see: follow one whose keeper you know.
      </p>
      {view.lists.length + edits.add.lists.length > 0 && (
        <ul class="entries">
          {view.lists.map(({ source, name, state, note, peers, actions, readAt }) => {
            const [tone, text] = STATES[state];
            const leaves = leaving.includes(source);
            return (
              <li key={source} class={leaves ? "leaves" : ""}>
                <Chip tone={tone}>{text}</Chip>
                <span class="break">
                  {name !== "" && (
                    <strong>
                      <Text value={name} />{" "}
                    </strong>
                  )}
                  <Text value={source} />
                  <br />
                  <span class="small soft">
                    {countText(peers, "peer")}, {countText(actions, "action")};{" "}
                    {readAt === 0 ? "never read" : <>read {<Time at={readAt} />}</>}
                    {note !== "" && (
                      <>
                        ; <Text value={note} />
                      </>
                    )}
                  </span>
                </span>
                <button
                  type="button"
                  class="small"
                  onClick={() =>
                    setLeaving(leaves ? leaving.filter((one) => one !== source) : [...leaving, source])
                  }
                >
                  {leaves ? "Undo" : "Unsubscribe"}
                  <span class="visually-hidden"> {source}</span>
                </button>
              </li>
            );
          })}
          {edits.add.lists.map((one) => (
            <li key={one.source}>
              <Chip tone="info">not applied yet</Chip>
              <span class="break">
                <Text value={one.source} />
              </span>
              <button
                type="button"
                class="small"
                onClick={() => setAdded(edits.add.lists.filter((other) => other !== one))}
              >
                Undo
              </button>
            </li>
          ))}
        </ul>
      )}
      <Subscribe
        onSubscribe={(list) => setAdded([...edits.add.lists.filter(({ source }) => source !== list.source), list])}
      />
    </Card>
  );
}

function Subscribe({ onSubscribe }: { readonly onSubscribe: (list: ListSource) => void }): VNode {
  const [source, setSource] = useState("");
  const [key, setKey] = useState("");
  const [tried, setTried] = useState(false);
  const isAddress = /^https?:\/\//i.test(source.trim());
  const sourceProblem =
    isAddress || source.trim().startsWith("/") ? undefined : "An address that begins with https://, or the whole path of a file.";
  const keyProblem =
    key.trim() === ""
      ? isAddress
        ? "A list from elsewhere must be signed by somebody: ask its keeper for the id of its key, over another way."
        : undefined
      : PEER_ID.test(key.trim())
        ? undefined
        : "A key's id begins with 12D3KooW and has 52 characters.";
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = sourceProblem !== undefined || keyProblem !== undefined;
        setTried(wrong);
        if (wrong) return;
        onSubscribe({ source: source.trim(), keys: key.trim() === "" ? [] : [key.trim()] });
        setSource("");
        setKey("");
      }}
    >
      <TextField
        label="Subscribe to a list"
        help="An http(s) address, or a file of this machine."
        placeholder="https://example.org/blocked.json"
        value={source}
        onChange={setSource}
        problem={tried ? sourceProblem : undefined}
      />
      <TextField
        label="Signed by the key"
        help="The peer id of its keeper's key; a file of your own needs none."
        placeholder="12D3KooW…"
        value={key}
        onChange={setKey}
        problem={tried ? keyProblem : undefined}
      />
      <div class="row">
        <button type="submit">Add the list</button>
      </div>
    </form>
  );
}
