import { expect, test } from "vitest";
import { hostileAction } from "../helpers/hostile-action.ts";
import { usePeersInBrowser } from "./use-peers.ts";

const used = usePeersInBrowser();

test("search answers as one types, keeps the question in the address, and is walked by arrow keys", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine);
  await page.locator("main").press("/");
  const field = page.getByRole("searchbox");
  await field.waitFor();
  await expect.poll(() => page.evaluate<string>("document.activeElement.id")).toBe("search");
  await page.keyboard.type("multiply two matrices");
  const results = page.locator("a.result");
  await expect.poll(() => results.first().textContent()).toContain("multiplyMatrices");
  expect(decodeURIComponent(new URL(page.url()).hash)).toBe("#/actions?q=multiply+two+matrices");

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const second = await results.nth(1).getAttribute("href");
  expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe(second);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  expect(await page.evaluate<string>("document.activeElement.id")).toBe("search");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "multiplyMatrices" }).waitFor();

  await page.goBack();
  await expect.poll(() => field.inputValue()).toBe("multiply two matrices");
  expect(person.faults).toEqual([]);
});

test("nobody hears of the question before the user says so", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/actions");
  const asks: unknown[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/v1/search")) asks.push((request.postDataJSON() as { ask?: unknown }).ask);
  });
  await page.getByRole("searchbox").fill("adds a number");
  const button = page.getByRole("button", { name: "Ask neighbours" });
  await button.waitFor();
  await expect.poll(() => asks.length).toBeGreaterThan(0);
  expect(asks.every((ask) => ask === false)).toBe(true);
  await button.click();
  await page.getByText(/2 neighbours were asked/).waitFor();
  expect(asks.at(-1)).toBe(true);
  expect(person.faults).toEqual([]);
});

test("filters are exact, and without a question everything known is shown page by page", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/actions?sort=name");
  const names = page.locator("a.result .action-name");
  await names.first().waitFor();
  const first = await names.allTextContents();
  expect(first).toHaveLength(24);
  expect(first).toEqual(first.toSorted());
  await page.getByRole("button", { name: "Show more" }).click();
  await expect.poll(() => names.count()).toBe(48);
  expect(new Set(await names.allTextContents()).size).toBe(48);

  await page.getByLabel("Verified here").check();
  await expect
    .poll(async () => (await names.allTextContents()).toSorted())
    .toEqual(["addN1", hostileAction.name]);
  await page.getByText("More filters").click();
  await page.getByLabel("Tags, all of them").fill("weather");
  await expect.poll(() => names.allTextContents()).toEqual([hostileAction.name]);
  await page.getByLabel("Licence").fill("no such licence");
  await page.getByText("Nothing fits").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect.poll(() => names.count()).toBe(24);
  expect(person.faults).toEqual([]);
});

test("an answer that does not fit well says so", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/actions?q=zebra+crossing+paint+supplier");
  await page.getByText("None of them fits well").waitFor();
  expect(person.faults).toEqual([]);
});
