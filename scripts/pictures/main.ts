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
/** Twice as many points, so that text is sharp on the screens of today. */
const SCALE = 2;

await mkdir(FOLDER, { recursive: true });
await using peers = await ThreePeers.start();
await using browser = await TestBrowser.launch();
await using person = await browser.person({ deviceScaleFactor: SCALE, colorScheme: "light" });

const shown = "multiplyMatrices";
for (const { client } of [peers.mine, peers.friend]) {
  await until(() => client.show(shown).catch(() => undefined), { what: `${shown} at a peer` }).catch(
    () => undefined,
  );
}
await peers.mine.client.verify(shown);

const text = await session(
  [
    'npx collective search "multiply two matrices" --limit 3',
    `npx collective run ${shown} --input '{"a":[[1,2]],"b":[[3],[4]]}'`,
    `npx collective score ${shown}`,
  ],
  { ...process.env, COLLECTIVE_HOME: peers.mine.home },
);
const terminal = await person.context.newPage();
await terminal.setContent(pageOf(text));
await terminal.locator("main").screenshot({ path: join(FOLDER, "terminal.png") });

for (const [name, path] of [
  ["dashboard", "/actions/addN1"],
  ["dashboard-overview", "/"],
  ["dashboard-actions", "/actions"],
  ["dashboard-network", "/network"],
  ["dashboard-reputation", `/reputation/${(await peers.mine.client.show("addN1")).id}`],
  ["dashboard-runs", "/runs"],
  ["dashboard-policy", "/policy"],
] as const) {
  const page = await person.open(peers.mine, path);
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await until(async () => (await page.locator("[aria-busy=true]").count()) === 0, { what: "the view" });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
}
