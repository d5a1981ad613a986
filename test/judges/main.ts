import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readApiFile } from "action-collective";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { conformance } from "./conformance.ts";
import { MUST_PASS } from "./does-not-apply.ts";
import type { Finding } from "./finding.ts";
import { inspector } from "./inspector.ts";
import { install, report } from "./judging.ts";
import { tokenProxy } from "./token-proxy.ts";

const CONSTANT = ["find_action", "get_action", "run_action", "rate_action", "publish_action"];

/** Independent judges of the MCP server: the conformance suite and the inspector, against a real daemon. */
async function judge(): Promise<Finding[]> {
  install();
  const scratch = await mkdtemp(join(tmpdir(), "collective-judges-"));
  try {
    await using peer = await PeerProcess.start({ env: { COLLECTIVE_LIBRARY: "true" } });
    const api = await readApiFile(peer.home);
    if (api === undefined) throw new Error("the daemon wrote no api.json");
    await peer.client.publish(addingAction(5));
    await peer.client.pin("addN5");
    await using proxy = await tokenProxy(api);
    const findings: Finding[] = [];
    for (const revision of Object.keys(MUST_PASS)) {
      const results = await mkdtemp(join(scratch, "conformance-"));
      findings.push(...(await conformance(`${proxy.url}/mcp`, revision, results)));
    }
    findings.push(
      ...(await inspector({
        ...{ mcpUrl: `${api.url}/mcp`, token: api.token, home: peer.home, scratch },
        tools: [...CONSTANT, "addN5"],
        call: { tool: "addN5", argument: "x=37", answer: '\\"content\\":42' },
      })),
    );
    return findings;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

report(await judge());
