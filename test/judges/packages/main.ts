import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Finding } from "../finding.ts";
import { install, report } from "../judging.ts";
import { lint } from "./lint.ts";
import { npm } from "./npm.ts";
import { packAll } from "./pack.ts";
import { registryOf } from "./registry.ts";
import { works } from "./works.ts";

/** `npm run judge:packages`: what would be published is packed, judged by others, installed into empty folders, and used there. */
async function judge(): Promise<Finding[]> {
  install();
  const scratch = await mkdtemp(join(tmpdir(), "collective-packages-"));
  try {
    const packages = await packAll(scratch);
    const upstream = (await npm(scratch, ["config", "get", "registry"])).trim();
    await using registry = await registryOf(packages, upstream);
    return [...(await lint(packages)), ...(await works({ scratch, registry: registry.url }))];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

report(await judge());
