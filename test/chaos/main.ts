import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";

/** `npm run chaos -- [--kills N] [--peers N] [--seed N]`: exit code 0 when nothing acknowledged was lost. */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    peers: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
  },
});
const say = (text: string) => void process.stderr.write(`${text} …\n`);
const [kills, peers, seed] = [values.kills, values.peers, values.seed].map(Number) as [
  number,
  number,
  number,
];
const report = await chaos({ kills, peers, seed, say });
const { lostByOthers, lostByPublisher, integrity, records } = report;
const damaged = integrity.filter((word) => word !== "ok");
process.stdout.write(`kills              ${report.kills}, ${report.bootstrapKills} of them the bootstrap node
published          ${report.acknowledged} acknowledged, ${report.interrupted} calls that met a killed peer
healed in          ${Math.round(report.healedMs)} ms
lost by publisher  ${lostByPublisher.length} ${lostByPublisher.join(" ")}
lost by others     ${lostByOthers.length} ${lostByOthers.join(" ")}
catalogues         ${integrity.length - damaged.length} sound, ${damaged.length} damaged ${damaged.join(" ")}
records in each    ${records.join(", ")}
all stopped in     ${Math.round(report.stopMs)} ms
`);
process.exitCode = lostByOthers.length + lostByPublisher.length + damaged.length === 0 ? 0 : 1;
