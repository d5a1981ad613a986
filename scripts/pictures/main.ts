import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TestBrowser, ThreePeers } from "../../test/browser/harness.ts";
import { until } from "../../test/helpers/until.ts";
import { pageOf, session } from "./terminal.ts";

/**
 * `npm run pictures`: what the documents show, taken from three real peers: a terminal, and the dashboard in Chromium. Nothing in them
 * is drawn by hand.
 */
const FOLDER = join(import.meta.dirname, "../../docs/pictures");
/** More points than a page has, so that text is sharp on the screens of today. */
const SCALE = 1.5;
/** For a page with something to try on it. */
const TALL = { width: 1280, height: 960 };

await mkdir(FOLDER, { recursive: true });
await using peers = await ThreePeers.start();
await using browser = await TestBrowser.launch();
await using person = await browser.person({ deviceScaleFactor: SCALE, colorScheme: "light" });

const shown = "multiplyMatrices";
await until(() => peers.mine.client.show(shown).catch(() => undefined), { what: `${shown} in the index` });
await peers.mine.client.verify(shown);

const text = await session(
  [
    'collective search "multiply two matrices" --limit 3',
    `collective run ${shown} --input '{"a":[[1,2]],"b":[[3],[4]]}'`,
    `collective verify ${shown}`,
    `collective score ${shown}`,
  ],
  { ...process.env, COLLECTIVE_HOME: peers.mine.home },
);
const terminal = await person.context.newPage();
await terminal.setContent(pageOf(text));
await terminal.locator("main").screenshot({ path: join(FOLDER, "terminal.png") });

for (const [name, path, run] of [
  ["dashboard", `/actions/${shown}`, true],
  ["dashboard-overview", "/", false],
  ["dashboard-actions", "/actions", false],
  ["dashboard-network", "/network", false],
  ["dashboard-reputation", `/reputation/${(await peers.mine.client.show("addN1")).id}`, false],
  ["dashboard-runs", "/runs", false],
  ["dashboard-policy", "/policy", false],
] as const) {
  const page = await person.open(peers.mine, path);
  if (run) await page.setViewportSize(TALL);
  await page.getByRole("heading", { level: 1 }).waitFor();
  const busy = page.locator("[aria-busy=true], .loading");
  await until(async () => (await busy.count()) === 0, { what: `what ${path} loads` });
  if (run) {
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page
      .getByText(/ran in|ms/)
      .first()
      .waitFor();
  }
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
}
