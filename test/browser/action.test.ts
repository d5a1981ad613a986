import type { ActionDefinitionInput } from "action-collective";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { hostileAction } from "../helpers/hostile-action.ts";
import { until } from "../helpers/until.ts";
import { usePeersInBrowser } from "./use-peers.ts";

/** Asks a host that nobody granted; in its cases the answer is given. */
const asksANumber: ActionDefinitionInput = {
  name: "asksANumber",
  description: "Asks one host for a number. <img src=x onerror=alert(1)>",
  language: "javascript",
  licence: "MIT",
  permissions: { net: ["127.0.0.1:9"] },
  input: {
    type: "object",
    required: ["q"],
    properties: { q: { type: "string", minLength: 1 }, times: { type: "integer", maximum: 3 } },
  },
  output: { type: "object" },
  cases: ["a", "b", "c\u202ed"].map((q) => ({
    input: { q },
    output: { n: 1 },
    fetches: [{ url: "http://127.0.0.1:9/", body: { json: { n: 1 } } }],
  })),
  code: 'export default async () => {\n  const answer = await fetch("http://127.0.0.1:9/");\n  return await answer.json();\n};\n',
};

/** Each of its shapes leads back to itself, thirty times over. */
const branches = Array.from({ length: 30 }, (_, at) => `b${at}`);
const branchesWithoutEnd: ActionDefinitionInput = {
  name: "branchesWithoutEnd",
  description: "Gives back the number that it was given, and asks for it in a strange way.",
  language: "javascript",
  licence: "MIT",
  input: {
    type: "object",
    required: ["x"],
    properties: {
      x: { type: "number" },
      y: { type: "number" },
      constructor: {},
      tree: { $ref: "#/$defs/tree" },
      choice: { $ref: "#/$defs/choice" },
      self: { $ref: "#/$defs/self" },
    },
    $defs: {
      tree: {
        type: "object",
        required: branches,
        properties: Object.fromEntries(branches.map((name) => [name, { $ref: "#/$defs/tree" }])),
      },
      choice: { anyOf: branches.map(() => ({ $ref: "#/$defs/choice" })) },
      self: {
        type: "object",
        required: ["me"],
        properties: { me: { anyOf: [{ $ref: "#/$defs/self" }, { type: "null" }] } },
      },
    },
  },
  output: { type: "number" },
  cases: [1, 2, 3].map((x) => ({ input: { x, y: x }, output: x })),
  code: "export default ({ x }) => x;\n",
};

const used = usePeersInBrowser(async (peers) => {
  await peers.stranger.client.publish(asksANumber);
  await peers.stranger.client.publish(branchesWithoutEnd);
  for (const { name } of [asksANumber, branchesWithoutEnd])
    await until(() => peers.mine.client.show(name).catch(() => undefined), { what: `${name} to arrive` });
});

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
/** Chromium calls every refused request an error on its console. */
const REFUSED = /status of (403|422)/;

test("an action is tried by a form, and its output, log and receipt are shown", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, "/actions/addN2");
  await page.getByLabel("x", { exact: true }).fill("nonsense");
  await page.getByText("must be a number").waitFor();
  expect(await page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
  await page.getByLabel("x", { exact: true }).fill("40.5");
  await page.getByLabel("x", { exact: true }).press("Control+Enter");
  const result = card(page, "Result");
  await expect.poll(() => result.locator("pre.json").textContent()).toBe("42.5");
  const { runs } = await used.peers.mine.client.runs({ limit: 1 });
  await result.getByTitle(runs[0]?.run ?? "no run").waitFor();

  await page.getByRole("button", { name: "JSON", exact: true }).click();
  await page.getByLabel("Input as JSON").fill('{ "x": 1, "y": 2 }');
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("alert").getByText("input-invalid").waitFor();
  expect(await page.locator(".problem").textContent()).toContain('additional properties ("y")');
  expect(person.faults.filter((fault) => !REFUSED.test(fault))).toEqual([]);
});

test("a form for a schema that branches without end stays a form, and what is emptied stays in its place", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, `/actions/${branchesWithoutEnd.name}`);
  const y = page.getByLabel("y", { exact: true });
  await y.fill("");
  await page.getByText("must be a number").waitFor();
  await y.fill("7");
  for (const name of ["tree", "choice", "self", "constructor"]) {
    await page
      .getByRole("button", { name: `Add ${name}`, exact: true })
      .first()
      .click();
    await page
      .getByRole("button", { name: `Leave out ${name}`, exact: true })
      .first()
      .click();
  }
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect.poll(() => card(page, "Result").locator("pre.json").textContent()).toBe("1");
  expect(person.faults).toEqual([]);
});

test("what needs a yes asks in the page, and is given exactly what it says", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, `/actions/${asksANumber.name}`);
  const run = page.getByRole("button", { name: "Run", exact: true });
  await run.click();
  const ask = card(page, "May it run?");
  await ask.waitFor();
  expect(await ask.locator("dl").textContent()).toBe("Hosts127.0.0.1:9Secretsnone");
  await ask.getByRole("button", { name: "No" }).click();
  await card(page, "Result").waitFor();
  const before = await used.peers.mine.client.policy();
  expect(before.policy.approved ?? []).toEqual([]);

  await run.click();
  await ask.getByRole("button", { name: "Run once" }).click();
  // Nothing listens on that port, and private addresses are closed to actions: it ran, and did not get far.
  await card(page, "Result").getByRole("alert").waitFor();
  const { runs } = await used.peers.mine.client.runs({ limit: 1 });
  expect(runs[0]?.status).not.toBe("approval-needed");
  expect(person.faults.filter((fault) => !REFUSED.test(fault))).toEqual([]);
});

test("its code is shown with what a reader should see, its test runs on demand, and others' verdicts say whose they are", async () => {
  await using person = await used.browser.person();
  const page = await person.open(used.peers.mine, `/actions/${asksANumber.name}?tab=code`);
  const code = page.getByRole("region", { name: "Code" });
  const mark = code.locator("mark").first();
  await mark.waitFor();
  expect(await mark.textContent()).toBe("fetch");
  expect(await mark.getAttribute("title")).not.toBe("");
  await code.getByRole("listitem").filter({ hasText: "line 2" }).filter({ hasText: "net" }).first().waitFor();

  const parts = page.getByRole("navigation", { name: "Parts of this action" });
  await parts.getByRole("link", { name: /^Test/ }).click();
  await page.getByRole("button", { name: "Run the test now" }).click();
  const last = card(page, "Last test on this machine");
  await last.getByText("3 of 3 cases passed").waitFor();
  await page.locator(".proof", { hasText: "Proved on this machine" }).waitFor();
  const cases = card(page, "Cases (3)");
  await expect.poll(() => cases.locator(".chip", { hasText: "passed" }).count()).toBe(3);
  expect(await cases.locator(".case-line .hidden-character").first().textContent()).toBe("U+202E");

  await parts.getByRole("link", { name: /^Verdicts/ }).click();
  const stranger = (await used.peers.stranger.client.identity()).peerId;
  await card(page, "Verdicts").getByTitle(stranger).waitFor();
  await card(page, "Verdicts").getByText("this peer").waitFor();
  expect(person.faults).toEqual([]);
});

test("a stranger's words stay words, on every part of the page, also at 380 pixels", async () => {
  await using person = await used.browser.person({ viewport: { width: 380, height: 800 } });
  const page = await person.open(used.peers.mine, `/actions/${hostileAction.name}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const output = card(page, "Result").locator("pre.json");
  await output.waitFor();
  const marks = await output.locator(".hidden-character").allTextContents();
  expect(marks).toEqual(expect.arrayContaining(["U+202E", "U+2066", "U+200B", "U+E0041"]));
  expect(await output.textContent()).not.toMatch(/[\u202e\u2066\u200b]/);

  for (const tab of ["try", "code", "test", "verdicts", "versions"]) {
    await page.goto(`${new URL(page.url()).origin}/#/actions/${hostileAction.name}?tab=${tab}`);
    await page.getByRole("heading", { level: 1, name: hostileAction.name }).waitFor();
    await expect.poll(() => page.locator(".loading").count()).toBe(0);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(380);
    expect(await page.locator("main :is(img, iframe, script)").count()).toBe(0);
  }
  await page.goto(`${new URL(page.url()).origin}/#/actions/${asksANumber.name}`);
  await page.getByText("Asks one host for a number. <img src=x onerror=alert(1)>").waitFor();
  expect(await page.locator("main img").count()).toBe(0);
  expect(person.faults).toEqual([]);
});
