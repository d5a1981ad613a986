import type { PolicyView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { countText } from "../format.ts";
import { Text } from "../text.tsx";
import { Card } from "./card.tsx";
import { Chip, type Tone } from "./chip.tsx";
import { TextField } from "./field.tsx";
import { type ListSource, PEER_ID } from "./policy-edits.ts";
import type { EntriesProps } from "./policy-entries.tsx";
import { Time } from "./time.tsx";

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
        None is followed by default. A list of somebody else decides what you see: follow one whose keeper you
        know.
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
        onSubscribe={(list) =>
          setAdded([...edits.add.lists.filter(({ source }) => source !== list.source), list])
        }
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
    isAddress || source.trim().startsWith("/")
      ? undefined
      : "An address that begins with https://, or the whole path of a file.";
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
