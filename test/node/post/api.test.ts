import { ALL_PRIVILEGES } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { postHandlers } from "../../../node/src/api/post-handlers.ts";
import { until } from "../../helpers/until.ts";
import { listen, post as postTo } from "../api/sample-api.ts";
import { TestPosts } from "./post-fixture.ts";
import { TestSpace } from "./test-space.ts";

async function api(stack: AsyncDisposableStack) {
  const { self, post, capabilities } = await new TestPosts(stack).start(1);
  const server = await listen({
    handlers: postHandlers({ id: self, post }),
    capabilities,
    limits: { inFlight: 1 },
  });
  stack.defer(() => server.close());
  const open = async () => ((await (await postTo(server, "/v1/desks", {})).json()) as { desk: string }).desk;
  const space = (desk: string) =>
    stack.use(
      new TestSpace(async (frames, waitMs, signal) => {
        const answer = await postTo(server, `/v1/desks/${desk}/frames`, { frames, waitMs }, { signal });
        return ((await answer.json()) as { frames: [] }).frames;
      }),
    );
  return { self, post, capabilities, server, open, space };
}

describe("desks over the API", () => {
  it("wait without taking the places of calls that work", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, open, space } = await api(stack);
    const [one, two] = [space(await open()), space(await open())];
    await one.join("ann");
    await two.join("bob", () => ["answer"]);
    // Both wait now, and there is one place for all that works.
    expect(await open()).toHaveLength(22);
    expect(await one.all("ann", `bob@${self}`, "chat", "x".repeat(60_000))).toEqual(["answer"]);
  });

  it("take 64 of the largest messages in one call", async () => {
    await using stack = new AsyncDisposableStack();
    const { self, open, space } = await api(stack);
    const [one, two] = [space(await open()), space(await open())];
    await one.join("ann");
    await two.join("bob");
    const large = "x".repeat(65_000);
    const frames = Array.from({ length: 64 }, (_, index) => ({
      ...{ kind: "letter" as const, exchange: `e${index}`, ask: false },
      message: one.message("ann", `bob@${self}`, "chat", large),
    }));
    await one.push(...frames);
    await until(() => one.receipts.length === 64, { what: "the receipts" });
    expect(one.receipts.map(({ status }) => status)).toEqual(frames.map(() => "delivered"));
    expect(two.inbox.map(({ id }) => id)).toEqual(frames.map(({ message }) => message.id));
  });

  it("are their opener's alone, and say so when they are gone", async () => {
    await using stack = new AsyncDisposableStack();
    const { server, open, capabilities } = await api(stack);
    const desk = await open();
    const { token } = capabilities.mint({ agent: "ann", privileges: ALL_PRIVILEGES });
    const asHolder = { headers: { authorization: `Bearer ${token}` } };
    const frames = (options = {}) => postTo(server, `/v1/desks/${desk}/frames`, { frames: [] }, options);
    expect((await frames()).status).toBe(200);
    expect((await frames(asHolder)).status).toBe(404);
    expect((await postTo(server, `/v1/desks/${desk}/closing`, {})).status).toBe(200);
    expect(await (await frames()).json()).toMatchObject({ error: { code: "no-such-desk" } });
  });
});
