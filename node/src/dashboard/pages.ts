import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PagesMissingError } from "./errors.ts";
import { DASHBOARD_LIMITS, type DashboardLimits } from "./limits.ts";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** By the path of a request, e.g. `/assets/index-abc.js`. */
export type Pages = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Where the build puts the pages: beside `src` and `dist`. */
export const PAGES_FOLDER = fileURLToPath(new URL("../../dashboard/", import.meta.url));

/**
 * Reads all there is to serve beforehand, so that no request's path ever reaches the disk.
 * @throws {PagesMissingError}
 */
export async function readPages(folder: string, limits: DashboardLimits = DASHBOARD_LIMITS): Promise<Pages> {
  const pages = new Map<string, PageFile>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => {
    throw new PagesMissingError(folder, "the folder is not there");
  });
  let bytesLeft = limits.fileBytes;
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = new Uint8Array(await readFile(file));
    bytesLeft -= bytes.length;
    pages.set(`/${relative(folder, file).split(sep).join("/")}`, { type, bytes });
    if (bytesLeft < 0 || pages.size > limits.files)
      throw new PagesMissingError(folder, "it holds more than pages");
  }
  const index = pages.get("/index.html");
  if (index === undefined) throw new PagesMissingError(folder, "index.html is missing");
  return pages.set("/", index);
}
