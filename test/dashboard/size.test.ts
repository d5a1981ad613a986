import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterEach, describe, expect, it, vi } from "vitest";

/** Of all scripts together, compressed. */
const SCRIPT_BYTES = 60_000;
const DASHBOARD = join(import.meta.dirname, "../../dashboard");

afterEach(() => vi.unstubAllEnvs());

describe("the built pages", () => {
  it("are small, ask for nothing from elsewhere, and hold nothing inline", async () => {
    // The test runner sets it to something else, and the build would keep what is for development.
    vi.stubEnv("NODE_ENV", "production");
    const built = await build({
      configFile: join(DASHBOARD, "vite.config.ts"),
      build: { write: false },
      logLevel: "silent",
    });
    const files = [built].flat().flatMap((part) => ("output" in part ? part.output : []));
    const scripts = files.flatMap((file) => (file.type === "chunk" ? [file.code] : []));
    const bytes = scripts.reduce((sum, code) => sum + gzipSync(code).length, 0);
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BYTES);

    const page = files.find(({ fileName }) => fileName === "index.html");
    const html = page?.type === "asset" ? String(page.source) : "";
    expect(html).toContain('<script type="module"');
    expect(html).not.toMatch(
      /<style|<script(?![^>]*\ssrc="\/assets\/)|\son\w+=|\sstyle=|https?:\/\/(?!www\.w3\.org)/,
    );
    const styles = files.flatMap((file) =>
      file.fileName.endsWith(".css") && file.type === "asset" ? [String(file.source)] : [],
    );
    expect(styles.length).toBeGreaterThan(0);
    for (const style of styles) expect(style).not.toMatch(/url\(|@import/);
    // The contract's schemas stay out of the page.
    expect(scripts.join("")).not.toContain("ZodError");
    expect(await readFile(join(DASHBOARD, "src/text.tsx"), "utf8")).not.toContain("dangerouslySetInnerHTML");
    expect(scripts.join("")).not.toMatch(/\beval\(|new Function\(/);
  });
});
