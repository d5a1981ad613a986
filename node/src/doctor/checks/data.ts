import { bytesText, checksOf } from "../check.ts";
import type { CatalogueFound, Check, Findings, IndexFile } from "../types.ts";

const { ok, note, warning, problem } = checksOf("data");

export function dataChecks({ catalogue, index, daemon }: Findings): Check[] {
  const status = daemon.state === "answers" ? daemon.status : undefined;
  return [
    ...(catalogue === undefined ? [] : [catalogueCheck(catalogue)]),
    ...indexChecks(index),
    ...(status === undefined ? [] : [backlog(status.search)]),
  ];
}

function catalogueCheck({ path, bytes, state, counts }: CatalogueFound): Check {
  const size = `${bytesText(bytes)}${counts === undefined ? "" : `, ${counts.records ?? 0} records, ${counts.actions ?? 0} actions`}`;
  if (state === "ok") return ok("catalogue", `sound (${size})`);
  if (state === "skipped")
    return note(
      "catalogue",
      `opens (${size}); too big to be read whole here`,
      `To have every page read: sqlite3 -readonly ${path} "PRAGMA quick_check"`,
    );
  if ("damage" in state)
    return problem(
      "catalogue",
      `${path} is damaged: ${state.damage}`,
      "Stop the peer, move the file away and start again: your key stays, and what you and others published comes back from the network.",
    );
  return warning(
    "catalogue",
    `${path} cannot be looked at: ${state.unreadable}`,
    "If the peer does not start either, move the file away: your key stays, and records come back from the network.",
  );
}

/** They are caches, made from the catalogue: nothing is lost with them but time. */
function indexChecks(files: readonly IndexFile[]): Check[] {
  const damaged = files.flatMap(({ state }) =>
    typeof state === "object"
      ? [
          warning(
            "search index",
            state.damage,
            "Start the peer anew: what is damaged is made anew from the catalogue, and nothing is lost.",
          ),
        ]
      : [],
  );
  if (damaged.length > 0 || files.length === 0) return damaged;
  const skipped = files.filter(({ state }) => state === "skipped").length;
  const bytes = files.reduce((total, file) => total + file.bytes, 0);
  return [
    ok(
      "search index",
      `${files.length} files, ${bytesText(bytes)}, ${skipped === 0 ? "checksums right" : `${skipped} too big to be read here`}`,
    ),
  ];
}

function backlog({
  backlog,
  vectors,
  rebuilding,
}: {
  backlog: number;
  vectors: number;
  rebuilding: { done: number; total: number } | null;
}): Check {
  if (rebuilding !== null)
    return note(
      "search",
      `vectors are being made for another embedder: ${rebuilding.done} of ${rebuilding.total}; the old ones serve meanwhile`,
    );
  if (backlog === 0) return ok("search", `${vectors} vectors, none waiting`);
  return note("search", `${vectors} vectors, ${backlog} actions wait for theirs; words find them meanwhile`);
}
