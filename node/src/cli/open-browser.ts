import { spawn } from "node:child_process";

type Environment = Readonly<Record<string, string | undefined>>;

/** A browser that is there already takes a file in less; one that stays in the foreground is left alone after this. */
const PATIENCE_MS = 3_000;

/** Pure. The program that opens a file the way a double click would; undefined where nobody would see it. */
export function openerOf(platform: NodeJS.Platform, env: Environment): string | undefined {
  if (platform === "win32") return "explorer.exe";
  // Through SSH a browser would open on a screen that nobody sits at.
  if (platform === "darwin") return env.SSH_CONNECTION === undefined ? "open" : undefined;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? "xdg-open" : undefined;
}

/** @returns whether it looks as if it had been opened */
export async function openFile(opener: string, file: string, env: Environment): Promise<boolean> {
  return await new Promise((resolve) => {
    const child = spawn(opener, [file], { detached: true, stdio: "ignore", env });
    const timer = setTimeout(() => resolve(true), PATIENCE_MS);
    const end = (opened: boolean) => {
      clearTimeout(timer);
      resolve(opened);
    };
    child.once("error", () => end(false));
    // The Windows Explorer ends with 1 when all went well.
    child.once("exit", (code) => end(code === 0 || opener === "explorer.exe"));
    child.unref();
  });
}

/**
 * Pure. A page that leads to `url`. The link is given to the browser in a file that only its owner can read, because every user of
 * a machine sees the arguments of every process.
 */
export function redirectPage(url: string): string {
  const target = new URL(url).href.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${target}">
<title>Action Collective</title>
<a href="${target}">Open the dashboard</a>
`;
}
