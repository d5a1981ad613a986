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

test("the SDK's documents: every snippet fits the types, and those that run say what they should", {
  timeout: 120_000,
}, async () => {
  const folder = join(import.meta.dirname, `.readme-example-documents-${process.pid}`);
  await mkdir(folder);
  try {
    const readme = await snippetsOf("sdk/README.md", folder, "readme");
    const agents = await snippetsOf("sdk/agents.md", folder, "agents");
    expect(readme.length).toBeGreaterThanOrEqual(7);
    expect(agents.length).toBeGreaterThanOrEqual(15);
    await writeFile(join(folder, "before.ts"), BEFORE_SNIPPETS);
    const files = [...readme, ...agents].map(({ name }) => name);
    const settings = {
      extends: "../../../tsconfig.base.json",
      compilerOptions: { noEmit: true },
      files: [...files, "before.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
    await using types = new OurProcess(join(ROOT, "node_modules/typescript/bin/tsc"), ["-p", folder], {});
    await until(() => !types.running, { what: "the end of the type check", timeoutMs: 60_000 });
    expect(types.stdout).toBe("");
    expect(types.child.exitCode).toBe(0);

    // Proved now, whatever waits before it.
    expect((await peer.client.verify("addBusinessDays")).outcome).toBe("pass");
    for (const [{ name = "" } = {}, words] of [
      [readme[0], ["addBusinessDays", "2026-02-03"]],
      [readme[1], ["AT\n", "pass ED\n"]],
    ] as const) {
      const stdout = await ran(join(folder, name));
      for (const word of words) expect(stdout).toContain(word);
    }

    // One process for all of them: `// → text` says what is printed.
    const running = agents.filter(({ says }) => says.length > 0);
    expect(running.length).toBeGreaterThanOrEqual(11);
    await writeFile(
      join(folder, "all.ts"),
      running.map(({ name }) => `await import("./${name}");\n`).join(""),
    );
    const lines = (await ran(join(folder, "all.ts"))).split("\n").map((line) => line.trim());
    for (const said of running.flatMap(({ says }) => says)) {
      expect(lines).toContain(said);
      lines.splice(0, lines.indexOf(said) + 1);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the guide to agents: its team and its commands are taken", async () => {
  const [team = ""] = await blocks("sdk/agents.md", "yaml");
  const file = join(peer.home, "newsroom.yaml");
  await writeFile(file, team);
  const commands = (await blocks("sdk/agents.md", "sh")).flatMap((block) => block.trim().split("\n"));
  // What needs a model is tried in team.test.ts.
  const typed = commands.filter((line) => /^npx collective (team check|agents)/.test(line));
  expect(typed.length).toBe(2);
  for (const command of typed) {
    const args = command.split(" ").slice(2);
    const answer = await collective(
      args.map((arg) => (arg === "newsroom.yaml" ? file : arg)),
      { COLLECTIVE_HOME: peer.home },
    );
    expect(answer.code, `${command}\n${answer.stderr}`).toBe(0);
  }
});

/** What later snippets take for granted, in words of the documents: the client, an action, a model and its conversation. */
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

interface Snippet {
  readonly name: string;
  /** What it prints, line by line, as it says itself. */
  readonly says: readonly string[];
}

/** Each TypeScript snippet of a document, as a module in that folder. */
async function snippetsOf(document: string, folder: string, prefix: string): Promise<Snippet[]> {
  const snippets = await blocks(document, "ts");
  return await Promise.all(
    snippets.map(async (snippet, index) => {
      const name = `${prefix}-${index}.ts`;
      await writeFile(join(folder, name), `${snippet}\nexport {};\n`);
      return { name, says: [...snippet.matchAll(/\/\/ → (.*)/g)].map(([, said = ""]) => said) };
    }),
  );
}

/** What a program of a document prints; it must end by itself, and complain of nothing. */
async function ran(file: string): Promise<string> {
  await using program = new OurProcess(file, [], { COLLECTIVE_HOME: peer.home });
  await until(() => !program.running, { what: `the end of ${file}`, timeoutMs: 60_000 });
  expect(program.stderr).toBe("");
  expect(program.child.exitCode).toBe(0);
  return program.stdout;
}

interface Locked {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly resolved?: string;
  readonly link?: boolean;
}

/** The packages that installing a workspace's own package brings, with those of every platform. */
function installedWith(workspace: string, packages: Record<string, Locked>): Set<string> {
  const found = new Set<string>();
  const waiting = [workspace];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { dependencies, optionalDependencies } = packages[at] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const nested = `${at}/node_modules/${name}`;
      const key = packages[nested] === undefined ? `node_modules/${name}` : nested;
      const entry = packages[key];
      const folder = entry?.link === true ? (entry.resolved ?? key) : key;
      if (entry === undefined || found.has(folder)) continue;
      found.add(folder);
      waiting.push(folder);
    }
  }
  return found;
}

test("installing stays light: no mobile toolkit, a bounded number of packages", async () => {
  const { packages } = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const names = Object.keys(packages);
  expect(names.filter((name) => /node_modules\/(react|react-native|metro)$/.test(name))).toEqual([]);
  // What users install, then what whoever works here does: with the tools of every adapter's and mail server's test.
  expect([...installedWith("sdk", packages)].length).toBeLessThanOrEqual(6);
  expect([...installedWith("node", packages)].length).toBeLessThanOrEqual(390);
  expect(names.filter((name) => name.includes("node_modules/")).length).toBeLessThanOrEqual(620);
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
