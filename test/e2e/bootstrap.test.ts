import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addingAction } from "../helpers/adding-action.ts";
import { OurProcess, PeerProcess } from "../helpers/processes.ts";
import { temporaryFolder } from "../helpers/temporary.ts";
import { until } from "../helpers/until.ts";

const BOOTSTRAP = join(import.meta.dirname, "../../bootstrap/bin/collective-bootstrap.js");

async function bootstrap(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  await using command = new OurProcess(BOOTSTRAP, args, {});
  const [code] = (await once(command.child, "close")) as [number | null];
  return { code, stderr: command.stderr };
}

test("a bootstrap node that came after a publication hands it to a late joiner when its publisher has gone", {
  timeout: 90_000,
}, async () => {
  await using home = await temporaryFolder();
  let published = "";
  {
    await using alone = await PeerProcess.start({ home: home.path });
    published = (await alone.client.publish(addingAction(3))).id;
    expect(await alone.stop()).toBe(0);
  }
  await using nodes = await temporaryFolder();
  const args = ["--home", nodes.path, "--port", "0", "--reach", "loopback", "--log-level", "debug"];
  await using entry = new OurProcess(BOOTSTRAP, args, {});
  const address = (await entry.printed(/--bootstrap (\S+)/))[1] ?? "";
  {
    // It has nothing new to gossip: what the bootstrap node learns of it, it reads.
    await using back = await PeerProcess.start({ home: home.path, bootstrap: [address] });
    await until(() => entry.stderr.includes("read a neighbour's log"), {
      what: "the publisher's log being read",
    });
    expect(await back.stop()).toBe(0);
  }
  await using late = await PeerProcess.start({ bootstrap: [address] });
  const view = await until(() => late.client.show(published), { what: "the action at the late joiner" });
  expect(view).toMatchObject({ id: published, name: "addN3" });
});

test("it lives in a home of its own, whatever the peer's is", { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder();
  const [own, peers] = [join(folder.path, "own"), join(folder.path, "peer")];
  const env = { COLLECTIVE_HOME: peers, COLLECTIVE_BOOTSTRAP_HOME: own };
  await using node = new OurProcess(BOOTSTRAP, ["--port", "0", "--reach", "loopback"], env);
  await node.printed(/--bootstrap (\S+)/);
  expect(await readdir(folder.path)).toEqual(["own"]);
  expect(await node.stop()).toBe(0);
});

test("what it cannot read is named, with what was probably meant", async () => {
  for (const port of ["", "0x10", "65536"]) {
    const answer = await bootstrap([`--port=${port}`]);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(`--port must be a number from 0 to 65535, not "${port}"`);
  }
  const misspelt = await bootstrap(["--bootstarp", "x"]);
  expect(misspelt.code).toBe(2);
  expect(misspelt.stderr).toContain("unknown option --bootstarp; did you mean --bootstrap?");
  const foreign = await bootstrap(["--api-port=1"]);
  expect(foreign.stderr).toMatch(/^unknown option --api-port\n/);
});
