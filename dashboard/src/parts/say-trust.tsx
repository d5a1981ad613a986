import type { TrustStatement } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { call } from "../api.ts";
import { Text } from "../text.tsx";
import { Button } from "./button.tsx";
import { Outcome } from "./outcome.tsx";
import { Time } from "./time.tsx";
import { useWrite } from "./use-write.ts";
import { CONSEQUENCES, LEVELS, levelText } from "./words.ts";

const MOST_CHARACTERS = 500;

/** What the user says of a peer, and the form that says something else. */
export function SayTrust({
  peer,
  said,
  onSaid,
}: {
  readonly peer: string;
  readonly said: TrustStatement | null;
  readonly onSaid: () => void;
}): VNode {
  const now = said?.level ?? 0;
  const [level, setLevel] = useState(now);
  const [reason, setReason] = useState(said?.reason ?? "");
  const [publish, setPublish] = useState(said?.published ?? false);
  const write = useWrite();
  const reasonId = useId();
  const publishHelp = useId();
  const name = useId();
  const same = level === now && (level === 0 || (reason === said?.reason && publish === said?.published));
  const save = async () => {
    const words = level === 0 ? { reason: "", publish: false } : { reason, publish };
    const wentWell = await write.run(async () => {
      const answer = await call("setTrust", { body: { peer, level, ...words } });
      if (answer.level === 0) return "Taken back.";
      const known = answer.published ? "It is signed, and anybody can read it." : "Only this machine knows.";
      return `Said: ${levelText(answer.level)}. ${known}`;
    });
    if (wentWell) onSaid();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!same) void save();
      }}
    >
      {said !== null && said.level !== 0 && (
        <p>
          <strong>{levelText(said.level)}</strong>, <Time at={said.since} />,{" "}
          {said.published ? "published" : "known to you alone"}
          {said.reason !== "" && (
            <>
              : <Text value={said.reason} />
            </>
          )}
        </p>
      )}
      <fieldset class="levels">
        <legend class="visually-hidden">What do you say of it?</legend>
        {LEVELS.map((one) => (
          <label key={one} class="level">
            <input type="radio" name={name} checked={one === level} onChange={() => setLevel(one)} />
            <span>
              {levelText(one)}
              <small class="soft">{CONSEQUENCES[one]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {level !== 0 && (
        <>
          <div class="field">
            <label for={reasonId}>Why, in a line of your own</label>
            <input
              id={reasonId}
              value={reason}
              maxLength={MOST_CHARACTERS}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </div>
          <div class="field">
            <label class="check">
              <input
                type="checkbox"
                checked={publish}
                aria-describedby={publishHelp}
                onChange={(event) => setPublish(event.currentTarget.checked)}
              />
              Tell the network
            </label>
            <small class="soft" id={publishHelp}>
              Signed with your key, for anybody to read, reason included. Otherwise only this machine knows.
            </small>
          </div>
        </>
      )}
      <div class="row">
        <Button kind="main" disabled={same} busy="Saying it" onPress={save}>
          {level === 0 && now !== 0 ? "Take it back" : "Say it"}
        </Button>
      </div>
      <Outcome write={write} />
    </form>
  );
}
