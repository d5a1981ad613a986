import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { FRIEND } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

const KEYBOARD = { terminal: { columns: 100 }, typed: true };

/** A peer that remembers what was said about its key. */
async function listening() {
  const said: unknown[] = [];
  const running = await peer({
    identity: async () => ({ peerId: FRIEND, network: "main", addresses: [] }),
    succession: async ({ body }) => {
      said.push(body.successor);
      return { peer: FRIEND, successor: body.successor, compromisedSince: null, recipients: 1 };
    },
    compromise: async ({ body }) => {
      said.push(body.since);
      return { peer: FRIEND, successor: null, compromisedSince: body.since, recipients: 2 };
    },
  });
  return Object.assign(running, { said });
}

describe("collective key", () => {
  it("asks before it says what cannot be taken back, and says nothing on a no", async () => {
    await using running = await listening();
    const argv = ["key", "compromised", "--since", "2026-01-31"];
    const no = await running.run(argv, { ...KEYBOARD, stdin: "n\n" });
    expect(no).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Say so? [y/N]") });
    expect(no.stderr).toContain("since 2026-01-31T00:00:00.000Z will count for nothing, for good.");
    expect(await running.run(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    expect(running.said).toEqual([]);
    const yes = await running.run(argv, { ...KEYBOARD, stdin: "yes\n" });
    expect(yes).toMatchObject({ code: 0, stdout: `${FRIEND}  compromised since 2026-01-31T00:00:00.000Z\n` });
    expect(running.said).toEqual([Date.parse("2026-01-31")]);
  });

  it("names the key of another home, which must have one", async () => {
    await using running = await listening();
    await using folder = await temporaryFolder();
    const home = join(folder.path, "new");
    const argv = ["key", "successor", "--new-home", home];
    expect(await running.run([...argv, "--yes"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("collective network key"),
    });
    const key = (await running.run(["network", "key", home])).stdout.trim();
    const asked = await running.run(argv, { ...KEYBOARD, stdin: "y\n" });
    expect(asked).toMatchObject({ code: 0, stdout: `${key}\n` });
    expect(asked.stderr).toContain(`${key}\nsucceeds ${FRIEND}, for good.\nSay so? [y/N] `);
    expect(running.said).toEqual([key]);
  });
});
