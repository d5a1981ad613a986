import { checksOf } from "../check.ts";
import type { AgentHostFound, Check, Findings } from "../types.ts";

const { ok, note, warning } = checksOf("agents");

/** Whether the programs whose agents use this peer are told of it rightly. */
export function agentChecks({ agentHosts, home }: Findings): Check[] {
  const checks = agentHosts.flatMap((found) => hostChecks(found, home.path));
  if (agentHosts.some(({ entries }) => entries.length > 0)) return checks;
  return [
    ...checks,
    note(
      "agent hosts",
      `none of ${[...new Set(agentHosts.map(({ title }) => title))].join(", ")} is told of this peer`,
      `To use it from one: collective mcp install ${agentHosts[0]?.host ?? "<host>"} --user`,
    ),
  ];
}

function hostChecks({ host, title, file, failure, entries }: AgentHostFound, home: string): Check[] {
  if (failure !== undefined)
    return [
      warning(
        title,
        `${file} cannot be read here: ${failure}`,
        `See whether ${title} reads it; "collective mcp install ${host} --print" shows what belongs there.`,
      ),
    ];
  return entries.map(({ name, missing, home: its }) => {
    const again = `Write it anew: collective mcp install ${host}${name === "collective" ? "" : ` --name ${name}`} (with --user for the user's file).`;
    if (missing.length > 0)
      return warning(title, `"${name}" in ${file} starts what is not there: ${missing.join(", ")}`, again);
    if (its !== home)
      return note(title, `"${name}" in ${file} uses another home (${its})`, `If that is not meant: ${again}`);
    return ok(title, `"${name}" in ${file}`);
  });
}
