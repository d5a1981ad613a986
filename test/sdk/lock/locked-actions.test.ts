import { type ActionView, CollectiveError, type LockedAction } from "@action-collective/protocol";
import { EMPTY_LOCK, type Lock, withPin } from "action-collective";
import { expect, test } from "vitest";
import type { WithheldAction } from "../../../sdk/src/lock/errors.ts";
import { lockedActions } from "../../../sdk/src/lock/locked-actions.ts";
import { bundleOf } from "../../helpers/records.ts";
import { sampleHandlers } from "../../node/api/sample-api.ts";

const idOf = (tag: string) => bundleOf({ tags: [tag] }).id;
const pinOf = (tag: string): LockedAction => ({
  id: idOf(tag),
  name: "double",
  permissions: {},
  publishers: [],
});

function lockOf(...aliases: string[]): Lock {
  return aliases.reduce((lock, alias) => withPin(lock, alias, pinOf(alias)), EMPTY_LOCK);
}

/** A peer that shows every action, each in the state that is given by its name in the lock file. */
async function peerWith(states: Readonly<Record<string, Partial<ActionView> | Error>>) {
  const sample = await sampleHandlers().show({
    ...{ ref: "double", body: undefined as never, caller: "user" as const },
    signal: AbortSignal.timeout(60_000),
  });
  return {
    show: async (id: string): Promise<ActionView> => {
      const [, state] = Object.entries(states).find(([alias]) => idOf(alias) === id) ?? [];
      if (state instanceof Error) throw state;
      return { ...sample, id, ...state };
    },
  };
}

const STATES = {
  fine: {},
  failing: { standing: "failed", reason: "case 2 gives 5" },
  gone: { withdrawn: true },
  wider: { permissions: { net: ["api.example.org"] } },
  unheard: new CollectiveError("not-found", "No action", "Find it."),
} as const satisfies Record<string, Partial<ActionView> | Error>;

test("what fails here, was taken back, asks for more than is written or is not known is withheld, and why", async () => {
  const client = await peerWith(STATES);
  const lock = lockOf(...Object.keys(STATES));
  const told: WithheldAction[] = [];
  const offered = await lockedActions(client, lock, (one) => told.push(one));
  expect(offered).toMatchObject([{ tool: "fine", id: idOf("fine"), summary: expect.any(String) }]);
  expect(Object.fromEntries(told.map(({ alias, why }) => [alias, why]))).toEqual({
    failing: "its unit test does not pass here: case 2 gives 5",
    gone: "everybody who published it took it back",
    wider: "the lock file says that it asks for nothing, and it asks for api.example.org",
    unheard: "this peer does not know it",
  });
  await expect(lockedActions(client, lock)).rejects.toMatchObject({ code: "lock-not-met", withheld: told });
});

test("a peer that does not answer withholds nothing: that is its own failure", async () => {
  const down = new CollectiveError("peer-unreachable", "No peer answers", "Start one.");
  const client = await peerWith({ fine: down });
  await expect(lockedActions(client, lockOf("fine"), () => undefined)).rejects.toBe(down);
});

test("an agent gets at most as many as a model can choose from", async () => {
  const client = await peerWith({});
  const aliases = Array.from({ length: 65 }, (_, i) => `a${i}`);
  expect(await lockedActions(client, lockOf(...aliases.slice(1)))).toHaveLength(64);
  await expect(lockedActions(client, lockOf(...aliases))).rejects.toMatchObject({
    code: "bad-request",
    message: expect.stringContaining("at most 64"),
  });
});
