import type { ActionView } from "@action-collective/protocol";
import { Fragment, type VNode } from "preact";
import { percentText } from "../format.ts";
import { Chip, CopyId, Peer, PermissionChips, StandingChip, Time } from "../parts/index.ts";
import { href } from "../router.ts";
import { Lines, Text } from "../text.tsx";

/** What an action is, whose it is, and what it may do: above all its parts. */
export function ActionHeader({ action }: { readonly action: ActionView }): VNode {
  const { id, name, standing, score, permissions, withdrawn, reason } = action;
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
          score {percentText(score.value)}
        </a>
        <PermissionChips permissions={permissions} />
        {withdrawn && <Chip tone="bad">taken back by all who published it</Chip>}
      </div>
      {standing !== "passed" && reason !== "" && (
        <p class="small soft break">
          <Text value={reason} />
        </p>
      )}
      <p class="description">
        <Lines value={action.description} />
      </p>
      <div class="action-facts">
        <UseWhen phrases={action.useWhen} />
        <Facts action={action} />
      </div>
    </header>
  );
}

const UseWhen = ({ phrases }: { readonly phrases: readonly string[] }): VNode | null =>
  phrases.length === 0 ? null : (
    <div>
      <h3>Use it when you want</h3>
      <ul class="use-when">
        {phrases.map((phrase) => (
          <li key={phrase}>
            <Text value={phrase} />
          </li>
        ))}
      </ul>
    </div>
  );

function Facts({ action }: { readonly action: ActionView }): VNode {
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
