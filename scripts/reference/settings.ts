import { SETTING_GROUPS } from "../../node/src/cli/setting-groups.ts";
import { environmentName, flagName } from "../../node/src/settings.ts";
import { settingsTable } from "../../node/src/settings-table.ts";
import { cell, table } from "./markdown.ts";

/** Every setting of a peer. */
export function settings(): string {
  const parts = Object.entries(SETTING_GROUPS).map(([heading, names]) => {
    const rows = names.map((name) => {
      const { description, fallback, kind } = settingsTable[name];
      const flag = `--${kind === "boolean" && fallback === true ? "no-" : ""}${flagName(name)}`;
      return [
        `\`${flag}\``,
        `\`${environmentName(name)}\``,
        `\`${name}\``,
        cell(shown(fallback)),
        cell(description),
      ];
    });
    return `## ${heading.replace(/:$/, "")}\n\n${table(["flag", "environment", "config.json", "default", ""], rows)}\n`;
  });
  return `# Settings

A flag of \`collective start\` counts most, then the environment, then \`config.json\` in the peer's home.

${parts.join("\n")}`;
}

function shown(fallback: unknown): string {
  if (fallback === undefined) return "";
  return Array.isArray(fallback) ? fallback.join(", ") : String(fallback);
}
