import { expect, test } from "vitest";
import { until } from "../helpers/until.ts";
import { usePeersInBrowser } from "./use-peers.ts";

/** How fine the canvas is, and should be; false while it has no more colours than an empty one. */
const COLOURS_ON_CANVAS = `(() => {
  const canvas = document.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] === 255) colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return colours.size > 5 && { ratio: canvas.width / canvas.clientWidth, wanted: devicePixelRatio };
})()`;

/** However busy the machine is. */
const WAIT = { timeout: 20_000 };

let friend: string;
let stranger: string;
const used = usePeersInBrowser(async (peers) => {
  friend = (await peers.friend.client.identity()).peerId;
  stranger = (await peers.stranger.client.identity()).peerId;
});

test("the network shows who is connected, and the graph is drawn, walked by arrow keys, and told in words", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/network");
  const table = page.getByRole("region", { name: "Connected peers" });
  for (const id of [friend, stranger]) await table.getByTitle(id).waitFor();
  expect(await table.getByRole("row").count()).toBe(3);

  const list = page.getByRole("list", { name: "The peers of the graph" });
  await list.getByTitle(friend).waitFor();
  expect(
    await list
      .getByRole("listitem")
      .filter({ has: page.getByTitle(friend) })
      .textContent(),
  ).toContain("followed");

  // Colours of peers and lines are on the canvas, as fine as the screen is.
  const canvas = page.getByRole("application");
  const drawn = await until(
    () => page.evaluate<{ ratio: number; wanted: number } | false>(COLOURS_ON_CANVAS),
    {
      what: "the graph to be drawn",
    },
  );
  expect(drawn.ratio).toBeCloseTo(drawn.wanted, 1);

  await canvas.focus();
  const told = page.locator(".graph-frame [role=status]");
  await page.keyboard.press("Home");
  await expect.poll(() => told.textContent(), WAIT).toContain("This peer");
  const seen = new Set<string>();
  for (const key of [
    "ArrowLeft",
    "ArrowRight",
    "ArrowRight",
    "ArrowUp",
    "ArrowDown",
    "ArrowDown",
    "ArrowLeft",
  ]) {
    await page.keyboard.press(key);
    seen.add((await told.textContent()) ?? "");
  }
  expect([...seen].some((text) => text.includes("trust"))).toBe(true);
  await until(
    async () => {
      if (!(await told.textContent())?.startsWith("This peer")) return true;
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowRight");
      return !(await told.textContent())?.startsWith("This peer");
    },
    { what: "the arrow keys to leave this peer" },
  );
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /^Peer / }).waitFor();
  expect(page.url()).toMatch(new RegExp(`#/network/(${friend}|${stranger})$`));
  expect(person.faults).toEqual([]);
});

test("a peer can be distrusted and that taken back, and is blocked only after what it hides was shown", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, `/network/${stranger}`);
  await page.getByRole("radio", { name: /in bad faith/ }).check();
  await page.getByLabel("Why, in a line of your own").fill("a test");
  await page.getByRole("button", { name: "Say it" }).click();
  await page.getByText("Said: in bad faith. Only this machine knows.").waitFor();
  const { statements } = await used.peers.mine.client.trust();
  expect(statements.find(({ peer }) => peer === stranger)).toMatchObject({ level: -2, reason: "a test" });
  await page.getByText("you say: in bad faith").waitFor();

  await page.getByRole("radio", { name: /nothing said/ }).check();
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByText("Taken back.", { exact: true }).waitFor();
  expect((await used.peers.mine.client.peer(stranger)).statement?.level ?? 0).toBe(0);

  await page.getByRole("button", { name: "Block…" }).click();
  await page.getByText(/It would hide \d+ more action/).waitFor();
  expect((await used.peers.mine.client.policy()).policy.blockedPeers ?? []).toEqual([]);
  await page.getByRole("button", { name: "Block this peer" }).click();
  await page.getByText("It is blocked.").waitFor();
  expect((await used.peers.mine.client.policy()).policy.blockedPeers).toEqual([stranger]);
  await page.getByRole("button", { name: "Unblock…" }).click();
  await page.getByText(/It would offer \d+ actions? again/).waitFor();
  await page.getByRole("button", { name: "Unblock this peer" }).click();
  await page.getByText("It is not blocked any more.").waitFor();
  expect((await used.peers.mine.client.policy()).policy.blockedPeers ?? []).toEqual([]);
  expect(person.faults).toEqual([]);
});

test("on a phone no page is wider than the screen, and who wants no motion gets a graph at rest", async () => {
  await using person = await used.browser.person({
    viewport: { width: 380, height: 760 },
    reducedMotion: "reduce",
    colorScheme: "dark",
  });
  const page = await person.open(used.peers.mine, "/network");
  const { id } = await used.peers.mine.client.show("addN1");
  await page.getByRole("list", { name: "The peers of the graph" }).getByTitle(friend).waitFor();
  const frames = new Set<string>();
  for (let i = 0; i < 5; i++)
    frames.add(
      await page.evaluate<string>(
        `new Promise((done) => requestAnimationFrame(() => done(document.querySelector("canvas").toDataURL())))`,
      ),
    );
  expect(frames.size).toBe(1);
  for (const path of [
    "/network",
    `/network/${friend}`,
    `/reputation/${id}`,
    "/reputation",
    "/runs",
    "/policy",
  ]) {
    await page.goto(`${new URL(page.url()).origin}/#${path}`);
    await page.locator("main h1").waitFor();
    await until(async () => (await page.locator(".loading").count()) === 0, { what: `${path} to be loaded` });
    const excess = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect([path, excess]).toEqual([path, 0]);
  }
  expect(person.faults).toEqual([]);
});
