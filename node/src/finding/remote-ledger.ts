/** What came of asking one neighbour once. */
export type Reply =
  /** It answered, whatever that was worth: `useful` says so afterwards. */
  | { readonly kind: "answered" }
  | { readonly kind: "busy"; readonly retryAfterMs: number }
  /** No answer in time, or none at all. */
  | { readonly kind: "failed" }
  /** It sent what no honest peer sends. */
  | { readonly kind: "dishonest" };

/** Neighbours remembered; the one longest unasked is forgotten first. */
const MAX_NEIGHBOURS = 1_024;
/** The first pause of a neighbour that failed or had nothing of use; each that follows without a success is twice as long. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 10 * 60_000;
/** Answers without anything useful before a neighbour is left alone: one says little, since questions differ. */
const EMPTIES_FORGIVEN = 3;
/** As for those who break the rules of catching up. */
const DISHONEST_PAUSE_MS = 10 * 60_000;
/** A neighbour can put us off for no longer, and for no less. */
const LEAST_BUSY_MS = 1_000;
const LONGEST_BUSY_MS = 60_000;
/** Of those asked, this many are chosen by chance alone: a newcomer can prove itself, and nobody answers every question. */
const BY_CHANCE = 1;

interface Account {
  asked: number;
  /** Of what it brought, the actions that were among the hits of the search that asked, and fit. */
  useful: number;
  failures: number;
  empties: number;
  /** Not to be asked before. */
  until: number;
}

/** What is known of neighbours as givers of answers: whom to ask next, and whom to leave alone. Time and chance are passed in. */
export class AskLedger {
  readonly #accounts = new Map<string, Account>();

  /** At most `most` of the neighbours: those who brought the most for a question before, and one by chance. */
  choose(neighbours: readonly string[], most: number, now: number, random: () => number): string[] {
    const ready = shuffled(
      neighbours.filter((peer) => (this.#accounts.get(peer)?.until ?? 0) <= now),
      random,
    );
    // The sort is stable, so equals stay shuffled.
    const ranked = ready.toSorted((a, b) => this.#merit(b) - this.#merit(a));
    const best = ranked.slice(0, Math.max(most - BY_CHANCE, 1));
    const others = ready.filter((peer) => !best.includes(peer));
    return [...best, ...others].slice(0, most);
  }

  replied(peer: string, reply: Reply, now: number): void {
    const account = this.#account(peer);
    account.asked++;
    switch (reply.kind) {
      case "answered":
        account.failures = 0;
        account.empties++;
        if (account.empties >= EMPTIES_FORGIVEN)
          account.until = now + pauseAfter(account.empties - EMPTIES_FORGIVEN);
        break;
      case "busy":
        account.until = now + Math.min(Math.max(reply.retryAfterMs, LEAST_BUSY_MS), LONGEST_BUSY_MS);
        break;
      case "failed":
        account.until = now + pauseAfter(account.failures++);
        break;
      case "dishonest":
        account.until = now + DISHONEST_PAUSE_MS;
        account.useful = 0;
        break;
    }
  }

  /** Something that it just brought fits what was looked for. What is merely new counts as nothing. */
  useful(peer: string): void {
    const account = this.#account(peer);
    account.useful++;
    account.empties = 0;
    account.until = 0;
  }

  /** Useful actions for a question, with the doubt that few questions leave. */
  #merit(peer: string): number {
    const { useful = 0, asked = 0 } = this.#accounts.get(peer) ?? {};
    return (useful + 1) / (asked + 2);
  }

  #account(peer: string): Account {
    const account = this.#accounts.get(peer) ?? { asked: 0, useful: 0, failures: 0, empties: 0, until: 0 };
    this.#accounts.delete(peer);
    this.#accounts.set(peer, account);
    if (this.#accounts.size > MAX_NEIGHBOURS) {
      const oldest = this.#accounts.keys().next();
      if (!oldest.done) this.#accounts.delete(oldest.value);
    }
    return account;
  }
}

function pauseAfter(doublings: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS);
}

/** Fisher and Yates. */
function shuffled(items: readonly string[], random: () => number): string[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    const [one, other] = [mixed[last], mixed[at]];
    if (one !== undefined && other !== undefined) [mixed[last], mixed[at]] = [other, one];
  }
  return mixed;
}
