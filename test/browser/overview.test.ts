import { expect, test } from "vitest";
import { usePeersInBrowser } from "./use-peers.ts";

const used = usePeersInBrowser();

test("the overview says who the peer is, whom it knows, and what it holds", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine);
  const status = await used.peers.mine.client.status();
  const card = (name: string) => page.getByRole("region", { name });
  await card("This peer").getByTitle(status.peerId).waitFor();
  expect(status.warnings).toEqual([]);
  await page.getByText("all is well").waitFor();
  await page.getByText(`connected to 2 peers · ${status.actions.known} actions known`).waitFor();
  expect(await card("This peer").textContent()).toContain(status.version);
  for (const peer of [used.peers.friend, used.peers.stranger]) {
    const { peerId } = await peer.client.identity();
    await card("Connected to").getByTitle(peerId).waitFor();
  }
  expect(await card("Tests on this machine").textContent()).toContain(
    `${status.actions.pending} actions wait`,
  );
  expect(await card("Disk and index").textContent()).toContain(`${status.search.vectors} vectors`);
  for (const wall of status.sandbox?.layers ?? ["no sandbox"])
    await card("Sandbox").getByText(wall, { exact: true }).waitFor();
  expect(person.faults).toEqual([]);
});

test("what happens is told as it happens, and can be held still", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine);
  await page.getByRole("status").getByText("live", { exact: true }).waitFor();
  const feed = page.getByRole("region", { name: "What happens now" });
  const { name, durationMs } = await used.peers.mine.client.run("addN1", { x: 1 });
  expect(durationMs).toBeGreaterThan(0);
  const ran = feed.getByRole("listitem").filter({ hasText: "ran" }).filter({ hasText: name });
  await ran.first().waitFor();

  await feed.getByRole("button", { name: "Pause" }).click();
  const before = await feed.getByRole("log").textContent();
  await used.peers.mine.client.verify("slugify");
  const { actions } = await used.peers.mine.client.status();
  const passed = page.getByRole("region", { name: "Tests on this machine" }).getByRole("listitem").first();
  await expect.poll(() => passed.textContent()).toBe(`passed here${actions.passed}`);
  expect(await feed.getByRole("listitem").filter({ hasText: "slugify" }).count()).toBe(0);
  expect(before).toContain(name);
  await feed.getByRole("button", { name: "Go on" }).click();
  await feed.getByRole("listitem").filter({ hasText: "slugify" }).first().waitFor();
  expect(person.faults).toEqual([]);
});

test("a peer that ran nothing yet is told what to do next", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.stranger);
  const steps = page.getByRole("region", { name: "First steps" });
  await steps.getByText("collective mcp install claude-code").waitFor();
  await steps.getByRole("link", { name: "Search actions" }).click();
  await page.getByRole("searchbox").waitFor();
  expect(person.faults).toEqual([]);
});

test("on a telephone nothing stands beside the page, in light and in dark; the colours stay as chosen", async () => {
  await using person = await used.browser.person({
    viewport: { width: 380, height: 800 },
    colorScheme: "dark",
  });
  const page = await person.open(used.peers.mine);
  await page.getByRole("region", { name: "Sandbox" }).waitFor();
  const ground = () => page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
  expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(380);
  const dark = await ground();
  await page.getByRole("button", { name: /^Colours/ }).click();
  expect(await ground()).not.toBe(dark);
  await page.reload();
  await page.getByRole("region", { name: "Sandbox" }).waitFor();
  expect(await page.getByRole("button", { name: /^Colours/ }).textContent()).toBe("Light");
  expect(await ground()).not.toBe(dark);
  expect(person.faults).toEqual([]);
});
