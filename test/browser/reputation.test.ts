import { expect, test } from "vitest";
import { until } from "../helpers/until.ts";
import { usePeersInBrowser } from "./use-peers.ts";

const used = usePeersInBrowser();

test("a score is told as the peer computed it: what it is made of, whose word came which way, and what would change it", async () => {
  const { mine, stranger } = used.peers;
  const { id } = await mine.client.show("addN1");
  const rater = (await stranger.client.identity()).peerId;
  const why = await until(
    async () => {
      const score = await mine.client.score(id);
      return score.raters.some(({ peer }) => peer === rater) && score;
    },
    { what: "the stranger's verdict" },
  );
  await using person = await used.browser.person();
  const page = await person.open(mine, `/reputation/${id}`);
  const score = (Math.floor(why.score.value * 100 + 1e-9) / 100).toFixed(2);
  await page.locator(".big-number", { hasText: score }).waitFor();
  await page.getByRole("img", { name: new RegExp(`the score, ${score}, is its cautious end`) }).waitFor();
  await page.getByText("runs unasked").waitFor();
  const own = page.locator(".evidence-bars > div", { hasText: "Your own test" });
  expect(await own.textContent()).toContain(
    `${(Math.floor(why.own.passes * 100 + 1e-9) / 100).toFixed(2)} for`,
  );
  const voice = page.locator(".raters > li").filter({ has: page.getByTitle(rater) });
  await voice.first().waitFor();
  expect(await voice.first().textContent()).toContain("says it passes");
  expect(await page.locator(".changes > li").count()).toBe(why.changes.length);
  // What would change it names peers by links, never by whole ids in a sentence.
  expect(await page.locator("main").textContent()).not.toMatch(/12D3KooW\w{44}/);
  expect(person.faults).toEqual([]);
});

test("whom one trusts is told, and what is said elsewhere appears without a reload", async () => {
  const { mine, friend } = used.peers;
  const peer = (await friend.client.identity()).peerId;
  await using person = await used.browser.person();
  const page = await person.open(mine, "/reputation");
  const said = page.locator(".said > li").filter({ has: page.getByTitle(peer) });
  await said.first().waitFor();
  expect(await said.first().textContent()).toMatch(/followed[\s\S]*known to you alone[\s\S]*we met/);
  // What is said elsewhere appears without a reload.
  await mine.client.say({ peer, level: 2, reason: "for years" });
  await page.getByText("known well").waitFor();
  await page.getByText("for years").waitFor();
  await mine.client.say({ peer, level: 1, reason: "we met" });
  expect(person.faults).toEqual([]);
});
