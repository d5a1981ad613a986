import type { ActionId, ParsedBodyOfRoute, RunsPage } from "@action-collective/protocol";
import type { RunLog } from "../catalogue/run-log.ts";
import { UnknownCursorError } from "./errors.ts";

/** A page of the audit log, newest first. @throws {UnknownCursorError} */
export function runsPage(
  { limit, before, action, failed }: ParsedBodyOfRoute<"runs">,
  log: Pick<RunLog, "list">,
): RunsPage {
  const place = before === undefined ? undefined : Number(before);
  if (place !== undefined && (!Number.isSafeInteger(place) || place < 0)) throw new UnknownCursorError();
  const kept = log.list({
    limit: limit + 1,
    ...(place === undefined ? {} : { before: place }),
    ...(action === undefined ? {} : { action: action as ActionId }),
    ...(failed === undefined ? {} : { failed }),
  });
  const last = kept.length > limit ? kept[limit - 1] : undefined;
  return {
    runs: kept.slice(0, limit).map(({ place: _, id: run, action: id, ...rest }) => ({ run, id, ...rest })),
    ...(last === undefined ? {} : { next: String(last.place) }),
  };
}
