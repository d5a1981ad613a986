import type { ActionView } from "@action-collective/protocol";
import { Fragment, type VNode } from "preact";
import { countText } from "../format.ts";
import { Chip, CopyId, Peer, PermissionChips, StandingChip, Time, type Tone } from "../parts/index.ts";
import { scoreText } from "../parts/words.ts";
import { href } from "../router.ts";
import { Lines, Text } from "../text.tsx";

interface Props {
  readonly action: ActionView;
}

/** What an action is, whose it is, and what it may do: above all its parts. */
export function ActionHeader({ action }: Props): VNode {
  const { id, name, standing, score, permissions, withdrawn } = action;
  return (
    <header class="card action-header">
      <div class="page-head">
        <h1>
          <Text value={name} />
        </h1>
        <CopyId id={id} />
      </div>
      <div class="row">
        <StandingChip standing={standing} />
        <a class="score-link" href={href("reputation", id)} title="Why it has this score here">
          score {scoreText(score.value)}
        </a>
        <PermissionChips permissions={permissions} />
        {withdrawn && <Chip tone="bad">taken back by all who published it</Chip>}
      </div>
      <p class="description">
        <Lines value={action.description} />
      </p>
      <Proof action={action} />
      <div class="action-facts">
        <UseWhen phrases={action.useWhen} />
        <Facts action={action} />
      </div>
    </header>
  );
}

const PROOFS: Readonly<Record<ActionView["standing"], readonly [Tone, string]>> = {
  passed: ["good", "Proved on this machine"],
  failed: ["bad", "It failed on this machine"],
  unknown: ["warn", "Not proved on this machine"],
  pending: ["plain", "Not tested on this machine yet"],
};

/** What this machine found out by itself, and where to see it: nobody's word is needed for that. */
function Proof({ action: { id, standing, reason, cases, hasTest, verdicts } }: Props): VNode {
  const [tone, words] = PROOFS[standing];
  const own = verdicts.find((verdict) => verdict.own);
  const ran = `${countText(cases.length, "case")}${hasTest ? " and its test" : ""}`;
  return (
    <p class={`proof ${tone}`}>
      <strong>{words}</strong>
      <span>
        {standing === "passed" ? `${ran}, run in this peer's sandbox` : <Text value={reason} />}
        {own !== undefined && standing !== "pending" && (
          <>
            , <Time at={own.created} />
          </>
        )}
      </span>
      <a href={href("action", id, { tab: "test" })}>{standing === "pending" ? "Test it" : "See how"}</a>
    </p>
  );
}

const UseWhen = ({ phrases }: { readonly phrases: readonly string[] }): VNode | null =>
  phrases.length === 0 ? null : (
    <div>
      <h2>Use it when you want</h2>
      <ul class="use-when">
        {phrases.map((phrase) => (
          <li key={phrase}>
            <Text value={phrase} />
          </li>
        ))}
      </ul>
    </div>
  );

function Facts({ action }: Props): VNode {
  const { publishers, licence, language, firstSeen, tags, uses, strength } = action;
  return (
    <dl class="facts small">
      <dt>Published by</dt>
      <dd>
        {publishers.length === 0 ? (
          "nobody: it is local"
        ) : (
          <Listed items={publishers}>{(peer) => <Peer id={peer} />}</Listed>
        )}
      </dd>
      <dt>Licence</dt>
      <dd>
        <Text value={licence} />, {language}
      </dd>
      <dt>First seen</dt>
      <dd>
        <Time at={firstSeen} />
      </dd>
      {tags.length > 0 && (
        <Fragment>
          <dt>Tags</dt>
          <dd class="row">
            {tags.map((tag) => (
              <a key={tag} class="chip" href={href("actions", "", { tags: tag })}>
                <Text value={tag} />
              </a>
            ))}
          </dd>
        </Fragment>
      )}
      {uses.length > 0 && (
        <Fragment>
          <dt>Calls</dt>
          <dd>
            <Listed items={uses}>
              {(used) => (
                <a class="id" href={href("action", used)} title={used}>
                  {used.slice(-8)}
                </a>
              )}
            </Listed>
          </dd>
        </Fragment>
      )}
      {strength !== undefined && (
        <Fragment>
          <dt>Test strength</dt>
          <dd title="Small changes to its code that its test notices, as measured here">
            notices {strength.killed} of {strength.mutants} changes
          </dd>
        </Fragment>
      )}
    </dl>
  );
}

const Listed = ({
  items,
  children,
}: {
  readonly items: readonly string[];
  readonly children: (item: string) => VNode;
}): VNode => (
  <span class="row">
    {items.map((item) => (
      <Fragment key={item}>{children(item)}</Fragment>
    ))}
  </span>
);
