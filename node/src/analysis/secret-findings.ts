import type { SourceFinding } from "./types.ts";

type Lint = (text: string) => Promise<readonly { id: string; line: number }[]>;
let loaded: Promise<Lint> | undefined;

/** Credentials of known forms (secretlint's recommended rules). Its messages never quote what was found. */
export async function secretFindings(text: string): Promise<SourceFinding[]> {
  loaded ??= load();
  const lint = await loaded;
  return (await lint(text)).map(({ id, line }) => ({
    code: "embedded-secret",
    severity: "danger",
    line,
    message: `holds what looks like a credential (${id.toLowerCase().replaceAll("_", " ")})`,
  }));
}

/** Only when first asked for: it takes 50 ms, and a process that only looks for imports has no use for it. */
async function load(): Promise<Lint> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] };
  return async (text) => {
    const { messages } = await lintSource({
      source: { filePath: "text", content: text, contentType: "text" },
      options: { config, noPhysicFilePath: true, maskSecrets: true },
    });
    return messages.map(({ messageId, loc }) => ({ id: messageId, line: loc.start.line }));
  };
}
