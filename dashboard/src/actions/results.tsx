import type { Card as ActionCard } from "@action-collective/protocol";
import type { VNode } from "preact";
import { countText } from "../format.ts";
import { Chip, PermissionChips, StandingChip } from "../parts/index.ts";
import { scoreText } from "../parts/words.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";

/** Cards of actions; the arrow keys go through them, and up from the first to the search field. */
export const Results = ({ cards }: { readonly cards: readonly ActionCard[] }): VNode => (
  <ul class="results" onKeyDown={moveByArrows}>
    {cards.map((card) => (
      <li key={card.id}>
        <ResultCard card={card} />
      </li>
    ))}
  </ul>
);

const ResultCard = ({ card }: { readonly card: ActionCard }): VNode => (
  <a class="result" href={href("action", card.id)}>
    <span class="result-head">
      <span class="action-name">
        <Text value={card.name} />
      </span>
      <span class="score" title="A cautious estimate, by this peer, that the next run will serve">
        <span class="visually-hidden">score </span>
        {scoreText(card.score)}
      </span>
    </span>
    <span class="result-summary">
      <Text value={card.summary} />
    </span>
    <span class="row">
      <StandingChip standing={card.standing} />
      <PermissionChips permissions={card.permissions} />
      {card.similar > 0 && (
        <Chip title="Actions much like it, for which this card stands">
          +{countText(card.similar, "near-duplicate")}
        </Chip>
      )}
    </span>
  </a>
);

function moveByArrows(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.currentTarget instanceof HTMLElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a.result")];
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? links.indexOf(focused) : -1;
  const next =
    links[at + step] ?? (at + step < 0 ? document.querySelector<HTMLElement>("#search") : undefined);
  if (next === undefined || next === null) return;
  event.preventDefault();
  next.focus();
}

/** Goes from the search field to the first result. */
export function toFirstResult(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown") return;
  const first = document.querySelector<HTMLElement>("a.result");
  if (first === null) return;
  event.preventDefault();
  first.focus();
}
