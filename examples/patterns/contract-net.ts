// Contract Net: a task is called out, contractors propose or refuse, the cheapest gets it and does it with an action.
import { ActionClient, type Json } from "action-collective";
import {
  type Contracted,
  Contractor,
  contractNet,
  type Proposal,
  Refusal,
  Space,
} from "action-collective/agents";

/** What it can do is what an action of the collective can; its price is its own. */
export class ActionContractor extends Contractor {
  readonly #peer: ActionClient;
  readonly #action: string;
  readonly #price: number;

  constructor(id: string, peer: ActionClient, { action, price }: { action: string; price: number }) {
    super(id);
    this.#peer = peer;
    this.#action = action;
    this.#price = price;
  }

  /** It proposes only what fits the action's own schema, and names the action as a reason to trust it. */
  protected async propose(task: Json): Promise<Json | Refusal> {
    const { input, name } = await this.#peer.show(this.#action);
    const needed = (input as { readonly required?: readonly string[] }).required ?? [];
    const given = Object.keys((task ?? {}) as object);
    const missing = needed.filter((field) => !given.includes(field));
    if (missing.length > 0) return new Refusal(`${name} needs ${missing.join(", ")}`);
    return { price: this.#price, by: name };
  }

  protected async perform(task: Json): Promise<Json> {
    return await this.#peer.call(this.#action, task);
  }
}

const priceOf = ({ terms }: Proposal) =>
  Number((terms as { readonly price?: Json } | null)?.price ?? Infinity);

export async function award(contractors: readonly Contractor[], task: Json): Promise<Contracted> {
  const space = new Space();
  try {
    for (const contractor of contractors) await space.add(contractor);
    return await contractNet(space.place, {
      to: contractors.map(({ id }) => id),
      task,
      deadlineMs: 30_000,
      choose: (proposals) => proposals.toSorted((one, other) => priceOf(one) - priceOf(other)).slice(0, 1),
    });
  } finally {
    await space.close();
  }
}

export async function main(date: string): Promise<string> {
  const peer = await ActionClient.connect();
  const { proposals, refusals, results, failures } = await award(
    [
      new ActionContractor("express", peer, { action: "addBusinessDays", price: 9 }),
      new ActionContractor("standard", peer, { action: "addBusinessDays", price: 4 }),
      new ActionContractor("shapes", peer, { action: "polygonArea", price: 1 }),
    ],
    { date, days: 10 },
  );
  return [
    ...proposals.map(({ from, terms }) => `${from} proposes ${JSON.stringify(terms)}`),
    ...refusals.map(({ from, reason }) => `${from} refuses: ${reason}`),
    ...results.map(({ from, result }) => `${from} did it: ${JSON.stringify(result)}`),
    ...failures.map(({ from, message }) => `${from} failed: ${message}`),
  ].join("\n");
}

if (process.argv[1] === import.meta.filename) console.log(await main(process.argv[2] ?? "2026-01-02"));
