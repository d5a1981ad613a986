/** Loads text as a module through a blob: on this path Deno's permissions hold for every import. */
import { blobUrl, PlatformBlob } from "./primordials.js";

const TYPES = { typescript: "application/typescript", javascript: "text/javascript" };

/** @param {string} code @param {"typescript" | "javascript"} language @returns {string} */
export function moduleUrl(code, language) {
  return blobUrl(new PlatformBlob([code], { type: TYPES[language] }));
}

/** @param {string} url @returns {Promise<any>} the module's namespace */
export function load(url) {
  return import(url);
}
