import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionView, Version } from "@action-collective/protocol";
import { EMPTY_LOCK, lockText, parseLock, withPin } from "action-collective";
import { expect, test } from "vitest";
import { bundleOf } from "../../helpers/records.ts";
import { sampleHandlers } from "../api/sample-api.ts";
import { peer } from "./cli-run.ts";

const sample = sampleHandlers();
const [old, other] = [bundleOf({ name: "echo", tags: ["a"] }).id, bundleOf({ name: "echo", tags: ["b"] }).id];

/** Moves a pin, where nobody can be asked, to an action that is so and stands so to the one that is pinned. */
async function moved(relation: Version["relation"] | undefined, state: Partial<ActionView> = {}) {
  await using running = await peer({
    show: async (call) => ({
      ...(await sample.show({ ...call, ref: "echo" })),
      ...{ id: call.ref, publishers: [] },
      ...(call.ref === other ? state : {}),
    }),
    versions: async () => ({
      ...{ id: old, name: "echo", withdrawn: false },
      versions:
        relation === undefined
          ? []
          : [
              {
                ...{ id: other, name: "echo", publishers: [], firstSeen: 1, standing: "passed", score: 0.5 },
                ...{ relation, withdrawn: state.withdrawn ?? false },
              },
            ],
    }),
  });
  const file = join(running.home, "collective.lock");
  const pin = { id: old, name: "echo", permissions: {}, publishers: [] };
  await writeFile(file, lockText(withPin(EMPTY_LOCK, "echo", pin)));
  const { code, stderr } = await running.run(["lock", "update", "echo", "--to", other, "--file", file]);
  const now = parseLock(await readFile(file, "utf8")).actions.echo?.id;
  expect(now).toBe(code === 0 ? other : old);
  return code === 0 ? "moved" : (/was not moved: (.*)/.exec(stderr)?.[1] ?? stderr);
}

test("a pin moves without a yes to a sound successor alone", async () => {
  expect(await moved("successor")).toBe("moved");
  expect(await moved("successor", { permissions: { net: ["api.example.org"] } })).toBe(
    "it asks for more: net api.example.org",
  );
  expect(await moved("successor", { withdrawn: true })).toBe("everybody who published it took it back");
  expect(await moved("successor", { standing: "failed" })).toBe("its unit test does not pass here");
  expect(await moved("predecessor")).toBe("it is older than what is pinned");
  for (const relation of ["duplicate", undefined] as const)
    expect(await moved(relation)).toBe("it is not by the same author under the same name");
});
