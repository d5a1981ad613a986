import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseArguments } from "../../bootstrap/src/parse-arguments.ts";
import { flagName, type SettingName } from "../../node/src/settings.ts";
import { settingsTable } from "../../node/src/settings-table.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { collective } from "../node/cli/cli-run.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const runbook = read("bootstrap/RUNBOOK.md");
const commands = [...runbook.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);
/** Words of a command line; only what the runbook needs of a shell. */
const words = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

test("the runbook's commands for lists lead from nothing to a list that holds", async () => {
  await using folder = await temporaryFolder();
  const ours = commands.filter((line) => line.startsWith("npx collective network "));
  expect(ours.length).toBeGreaterThanOrEqual(6);
  let maintainer = "";
  for (const line of ours) {
    const argv = words(line)
      .slice(2)
      .map((word) =>
        word.replace("~", folder.path).replace(/^example\.json$/, join(folder.path, "example.json")),
      );
    const key = argv.indexOf("--network-key");
    // The id that the runbook shows stands for the one that its first command printed.
    if (key !== -1) argv[key + 1] = maintainer;
    const ran = await collective(argv);
    expect(ran, line).toMatchObject({ code: 0 });
    if (argv[1] === "key") maintainer = ran.stdout.trim();
  }
  const list = JSON.parse(await readFile(join(folder.path, "example.json"), "utf8"));
  expect(list).toMatchObject({ network: "example", signatures: [{ key: maintainer }] });
});

test("every other command of it, and every flag in it, exists", () => {
  const entries = commands.filter((line) => line.startsWith("npx collective-bootstrap "));
  expect(entries.length).toBeGreaterThanOrEqual(2);
  for (const line of entries) expect(parseArguments(words(line).slice(2), {}).kind, line).toBe("run");
  const start = commands.find((line) => line.startsWith("npx collective start "));
  const settings = new Set(
    (Object.keys(settingsTable) as SettingName[]).map((name) => `--${flagName(name)}`),
  );
  const flags = words(start ?? "").filter((word) => word.startsWith("--"));
  expect(flags).toEqual(["--reach", "--network", "--network-list", "--network-key"]);
  for (const flag of flags) expect(settings).toContain(flag);
  for (const [, file = ""] of runbook.matchAll(/\]\(([\w.-]+)\)/g))
    expect(existsSync(join(ROOT, "bootstrap", file)), file).toBe(true);
  for (const [, name = ""] of runbook.matchAll(/`(collective_\w+)`/g)) {
    expect(read("node/src/metrics/network-families.ts"), name).toContain(name.replace("collective_", ""));
  }
});

test("the container is built of everything that the entry point needs, and starts what exists", () => {
  const file = read("bootstrap/Containerfile");
  const copied = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  expect(copied.length).toBeGreaterThan(8);
  for (const source of copied) expect(existsSync(join(ROOT, source)), source).toBe(true);
  // `npm ci` wants every workspace's package.json, `tsc -b` everything that is referred to.
  const { workspaces, dependencies } = JSON.parse(read("package.json")) as {
    workspaces: string[];
    dependencies: Record<string, string>;
  };
  for (const workspace of workspaces)
    expect(
      copied.some((source) => source === workspace || source === `${workspace}/package.json`),
      workspace,
    ).toBe(true);
  for (const { path } of (JSON.parse(read("tsconfig.json")) as { references: { path: string }[] }).references)
    expect(copied).toContain(path);
  for (const target of Object.values(dependencies))
    expect(copied).toContain(target.replace("file:", "").split("/")[0]);
  for (const [, started = ""] of file.matchAll(/^(?:ENTRYPOINT|HEALTHCHECK .*CMD) \["node", "([^"]+)"\]$/gm))
    expect(existsSync(join(ROOT, started)), started).toBe(true);
  expect(file.match(/^(ENTRYPOINT|HEALTHCHECK)/gm)).toHaveLength(2);
  expect(file).toMatch(/^USER node$/m);
});

test("the service starts what exists, with what it is told, and bounds it", () => {
  const unit = read("bootstrap/collective-bootstrap.service");
  const started =
    /^ExecStart=\/usr\/bin\/node \/opt\/action-collective\/(\S+) \$FLAGS$/m.exec(unit)?.[1] ?? "";
  expect(existsSync(join(ROOT, started))).toBe(true);
  for (const line of ["DynamicUser=yes", "ProtectSystem=strict", "Restart=on-failure", "NoNewPrivileges=yes"])
    expect(unit.split("\n")).toContain(line);
  expect(unit).toMatch(/^MemoryMax=\d+G$/m);
  expect(Number(/^LimitNOFILE=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(1_000);
});
