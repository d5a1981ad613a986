import { expect, test } from "vitest";
import { usePeersInBrowser } from "./use-peers.ts";

/** However busy the machine is. */
const WAIT = { timeout: 20_000 };

const used = usePeersInBrowser();

test("a rule says what it would hide, is in force only when applied, and says what it changed", async () => {
  const { client } = used.peers.mine;
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/policy");
  await page.getByLabel("Least score", { exact: true }).fill("0.99");
  const pending = page.getByRole("region", { name: "Changes that are not applied yet" });
  await pending.getByText("Least score: none → 0.99").waitFor();
  await pending.getByText(/It would hide \d+ more actions/).waitFor();
  await pending.getByText("its score is lower than asked for").waitFor();
  expect((await client.policy()).policy.minScore).toBeUndefined();

  await pending.getByRole("button", { name: "Apply" }).click();
  await page.getByText(/^Applied\. Your rules hide \d+ actions now\.$/).waitFor();
  expect((await client.policy()).policy.minScore).toBe(0.99);
  await expect.poll(() => pending.count(), WAIT).toBe(0);

  await page.getByLabel("Least score", { exact: true }).fill("0");
  await pending.getByText(/offer \d+ actions again/).waitFor();
  await pending.getByRole("button", { name: "Discard" }).click();
  await expect.poll(() => page.getByLabel("Least score", { exact: true }).inputValue(), WAIT).toBe("0.99");
  await client.changePolicy({ minScore: null });
  // Rules that are changed elsewhere appear without a reload.
  await expect.poll(() => page.getByLabel("Least score", { exact: true }).inputValue(), WAIT).toBe("0");
  expect(person.faults).toEqual([]);
});

test("what the peer would refuse is said at its field, and cannot be applied", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/policy");
  const authors = page.getByLabel("Only by these authors");
  await authors.fill("nobody");
  await page.getByText("Not a peer's id: nobody").waitFor();
  expect(await authors.getAttribute("aria-invalid")).toBe("true");
  const describedBy = (await authors.getAttribute("aria-describedby")) ?? "";
  expect(await page.locator(`[id="${describedBy.split(" ")[0]}"]`).textContent()).toContain("nobody");
  expect(await page.getByRole("button", { name: "Apply" }).isDisabled()).toBe(true);
  expect(person.faults).toEqual([]);
});

test("a peer is blocked and unblocked, and a block list needs a key of whom it comes from", async () => {
  const { mine, stranger } = used.peers;
  const { peerId } = await stranger.client.identity();
  const blockedPeers = async () => (await mine.client.policy()).policy.blockedPeers ?? [];
  await using person = await used.browser.person();
  const page = await person.open(mine, "/policy");
  const pending = page.getByRole("region", { name: "Changes that are not applied yet" });
  await page.getByLabel("Block a peer").fill(peerId);
  await page.getByLabel("Block a peer").press("Enter");
  await page.getByText(/It would hide 1 more action/).waitFor();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(blockedPeers, WAIT).toEqual([peerId]);
  await expect.poll(() => pending.count(), WAIT).toBe(0);
  await page.getByRole("button", { name: `Unblock ${peerId}` }).click();
  await page.getByText(/It would offer 1 action again/).waitFor();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(blockedPeers, WAIT).toEqual([]);
  await expect.poll(() => pending.count(), WAIT).toBe(0);

  await page.getByLabel("Subscribe to a list").fill("https://lists.example/blocked.json");
  await page.getByRole("button", { name: "Add the list" }).click();
  await page.getByText("A list from elsewhere must be signed by somebody").waitFor();
  await page.getByLabel("Subscribe to a list").fill("/nowhere/blocked.json");
  await page.getByRole("button", { name: "Add the list" }).click();
  await page.getByText("Block lists: added /nowhere/blocked.json").waitFor();
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("not readable").waitFor();
  await expect.poll(() => pending.count(), WAIT).toBe(0);
  await page.getByRole("button", { name: "Unsubscribe /nowhere/blocked.json" }).click();
  await page.getByText("Block lists: removed /nowhere/blocked.json").waitFor();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(async () => (await mine.client.policy()).lists.length, WAIT).toBe(0);
  expect(person.faults).toEqual([]);
});

test("an answer that no view can show leaves the way to the other pages open", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine);
  await page.route("**/api/v1/policy", (route) => route.fulfill({ json: {} }));
  await page.getByRole("link", { name: "Policy" }).click();
  await page.getByRole("alert").getByText("Reload the page").waitFor();
  await page.unroute("**/api/v1/policy");
  await page.getByRole("link", { name: "Runs" }).click();
  await page.getByRole("heading", { name: "Runs" }).waitFor();
  await page.getByRole("link", { name: "Policy" }).click();
  await page.getByLabel("Least score", { exact: true }).waitFor();
});
