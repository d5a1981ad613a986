import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collective, OurProcess, PeerProcess, STOCKED } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

const ROOT = join(import.meta.dirname, "../..");

/** The fenced blocks of a language in one of our documents. */
async function blocks(file: string, language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    (match) => match[1] ?? "",
  );
}

let peer: PeerProcess;

beforeAll(async () => {
  peer = await PeerProcess.start({ env: STOCKED });
});
afterAll(async () => {
  await peer[Symbol.asyncDispose]();
});

test("the README's commands and its example work against a peer that was just started", {
  timeout: 180_000,
}, async () => {
  await peer.stocked("multiplyMatrices", "rankBySimilarity", "parseCsv", "addBusinessDays");
  const commands = (await blocks("README.md", "sh"))
    .flatMap((block) => block.split("\n"))
    .filter((line) =>
      /^npx collective (search|run|verify|status|doctor|score|trust|policy|mcp (pin|list))/.test(line),
    )
    // What names a peer or a server of nobody's cannot be typed as it stands.
    .filter((line) => !/…|example\.org/.test(line));
  expect(commands.length).toBeGreaterThanOrEqual(12);
  for (const command of commands) {
    const args = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
      .map(([, a, b, c]) => a ?? b ?? c ?? "")
      .slice(2);
    const answer = await collective(args, { COLLECTIVE_HOME: peer.home });
    expect(answer.code, `${command}\n${answer.stderr}`).toBe(0);
    expect((answer.stdout + answer.stderr).length).toBeGreaterThan(10);
  }
  const [example] = await blocks("README.md", "ts");
  const file = join(import.meta.dirname, `.readme-example-${process.pid}.ts`);
  await writeFile(file, example ?? "");
  try {
    await using ran = new OurProcess(file, [], { COLLECTIVE_HOME: peer.home });
    await until(() => !ran.running, { what: "the end of the example" });
    expect(ran.stderr).toBe("");
    expect(ran.child.exitCode).toBe(0);
    expect(ran.stdout).toContain("rankBySimilarity");
    expect(ran.stdout).toContain("color");
  } finally {
    await rm(file, { force: true });
  }
});

test("the SDK's README: what it runs runs, and every snippet fits the types", {
  timeout: 120_000,
}, async () => {
  const snippets = await blocks("sdk/README.md", "ts");
  expect(snippets.length).toBeGreaterThanOrEqual(7);
  const folder = join(import.meta.dirname, `.sdk-readme-${process.pid}`);
  await mkdir(folder);
  try {
    const names = await Promise.all(
      snippets.map(async (snippet, index) => {
        const name = `snippet-${index}.ts`;
        await writeFile(join(folder, name), `${snippet}\nexport {};\n`);
        return name;
      }),
    );
    await writeFile(join(folder, "before.ts"), BEFORE_SNIPPETS);
    const settings = { extends: "../../tsconfig.json", files: [...names, "before.ts"], include: [] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    await using types = new OurProcess(join(ROOT, "node_modules/typescript/bin/tsc"), ["-p", folder], {});
    await until(() => !types.running, { what: "the end of the type check", timeoutMs: 60_000 });
    expect(types.stdout).toBe("");
    expect(types.child.exitCode).toBe(0);

    // Proved now, whatever waits before it.
    expect((await peer.client.verify("addBusinessDays")).outcome).toBe("pass");
    for (const [name, words] of [
      ["snippet-0.ts", ["addBusinessDays", "2026-02-03"]],
      ["snippet-1.ts", ["AT\n", "pass ED\n"]],
    ] as const) {
      await using ran = new OurProcess(join(folder, name), [], { COLLECTIVE_HOME: peer.home });
      await until(() => !ran.running, { what: `the end of ${name}` });
      expect(ran.stderr).toBe("");
      expect(ran.child.exitCode).toBe(0);
      for (const word of words) expect(ran.stdout).toContain(word);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** What later snippets take for granted, in words of the README: the client, an action, a model and its conversation. */
const BEFORE_SNIPPETS = `import type { ActionClient, DefinedAction } from "action-collective";
import type OpenAI from "openai";

declare global {
  const collective: ActionClient;
  const initials: DefinedAction;
  const openai: OpenAI;
  const messages: OpenAI.ChatCompletionMessageParam[];
  function confirm(question: string): boolean;
}
`;

test("installing stays light: no mobile toolkit, a bounded number of packages", async () => {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, object>;
  };
  const names = Object.keys(lock.packages);
  expect(names.filter((name) => /node_modules\/(react|react-native|metro)$/.test(name))).toEqual([]);
  expect(names.filter((name) => name.includes("node_modules/")).length).toBeLessThanOrEqual(560);
});

test("the lock file names the packages of every platform, or npm ci would refuse it (npm run lock)", async () => {
  const lock = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const optional = Object.values(lock.packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  expect(optional.length).toBeGreaterThan(50);
  expect(optional.filter((name) => lock.packages[`node_modules/${name}`] === undefined)).toEqual([]);
});

test("every setting is in the help of start", async () => {
  const { stdout, code } = await collective(["start", "--help"]);
  expect(code).toBe(0);
  for (const flag of ["--bootstrap", "--port", "--api-port", "--reach", "COLLECTIVE_NETWORK", "--no-library"])
    expect(stdout).toContain(flag);
});
