import { expect, test } from "vitest";
import { usePeersInBrowser } from "./use-peers.ts";

/** However busy the machine is. */
const WAIT = { timeout: 20_000 };

const used = usePeersInBrowser();

test("runs appear while they happen, tell who, by what right and how they ended, and can be filtered", async () => {
  const { mine } = used.peers;
  const { id } = await mine.client.show("addN1");
  await using person = await used.browser.person();
  const page = await person.open(mine, "/runs");
  const rows = page.locator("details.run");
  await expect.poll(() => rows.count(), WAIT).toBe(1);
  await page.getByRole("status").filter({ hasText: "live" }).first().waitFor();

  const { run } = await mine.client.run("addN1", { x: 1 });
  await expect.poll(() => rows.count(), WAIT).toBe(2);
  await rows.first().locator("summary").click();
  const receipt = await rows.first().textContent();
  expect(receipt).toContain(run);
  expect(receipt).toContain("the rules let it run unasked");
  expect(receipt).toContain("nothing but its input");
  expect(receipt).toContain("went well");

  await mine.client.run("addN1", { x: "no number" }).catch(() => {});
  await expect.poll(() => rows.count(), WAIT).toBe(3);
  await page.getByLabel("Only what did not end well").check();
  await expect.poll(() => rows.count(), WAIT).toBe(1);
  expect(await rows.first().textContent()).toContain("the input did not fit its schema");
  expect(page.url()).toContain("failed=1");

  await page.goto(`${new URL(page.url()).origin}/#/runs?action=${id}`);
  await expect.poll(() => rows.count(), WAIT).toBe(3);
  await page.getByText("Only runs of").waitFor();
  expect(person.faults).toEqual([]);
});
