import type { PinnedTool } from "@action-collective/protocol";
import type { Approval } from "../approval.ts";
import type { WithheldAction } from "../lock/errors.ts";
import type { LockSource } from "../lock/lock-file.ts";
import { lockedActions } from "../lock/locked-actions.ts";
import type { SearchFilters } from "../search-options.ts";
import { tracedTool } from "../tracing/traced-tool.ts";
import type { Tracing } from "../tracing/types.ts";
import { actionTools } from "./action-tools.ts";
import type { ToolClient, ToolContext } from "./context.ts";
import { findAction } from "./find-action.ts";
import { getAction } from "./get-action.ts";
import { OutboundGuard } from "./outbound-guard.ts";
import { publishAction } from "./publish-action.ts";
import { rateAction } from "./rate-action.ts";
import { runAction } from "./run-action.ts";
import type { CollectiveTool } from "./types.ts";
import { answerBounds } from "./untrusted.ts";

export interface ToolOptions {
  /**
   * The actions of a lock file as tools of their own, under the names that it gives them: a path, a `file:` URL, or what it
   * holds. `find: false` beside it leaves nothing else to find or run.
   */
  readonly lock?: LockSource | undefined;
  /** Told of what is locked and cannot be used here; without it, that is `LockNotMetError`. */
  readonly onWithheld?: ((action: WithheldAction) => void) | undefined;
  /**
   * The actions that the user pinned, as tools of their own; true by default, false beside a lock. A list: those, as
   * `client.pinned()` gave it.
   */
  readonly pinned?: boolean | readonly PinnedTool[] | undefined;
  /** Further actions as tools of their own, by id or by a name that only one has. */
  readonly refs?: readonly string[] | undefined;
  /** `find_action`, `get_action` and `run_action`; true by default. Without them there are only the actions chosen above. */
  readonly find?: boolean | undefined;
  /** Let the model publish what it writes, under the user's key; false by default. */
  readonly publish?: boolean | undefined;
  /** Of what the model publishes, by its SPDX name; MIT by default. */
  readonly licence?: string | undefined;
  /**
   * The user's yes: where the peer doubts an action, and where something could send data out after an action read from
   * the network. A function is asked each time; "once" and "always" are a yes beforehand. Without it such calls are
   * refused, with an answer that says so.
   */
  readonly approve?: Approval | undefined;
  /** What actions that are found must be. */
  readonly filters?: SearchFilters | undefined;
  /**
   * Ask connected peers as well when searching, or do not; by default as the peer's settings have it. The words of the
   * search are sent to up to three of them, but never after an action read from the network.
   */
  readonly ask?: boolean | undefined;
  /** A span `execute_tool` for each call; none by default. */
  readonly tracing?: Tracing | undefined;
  /** Longest answer to a model, in characters; 12,000 by default, at least 2,000. Bytes are at most twice as many. */
  readonly maxAnswerCharacters?: number | undefined;
}

/** Below this there is no room for the marks around a stranger's text. */
const LEAST_ANSWER_CHARACTERS = 2000;

/**
 * The tools that a model gets: a small constant set, whose names, descriptions and schemas never change with what the
 * peer knows, then the actions that were chosen beforehand. Make one set for each conversation: whether it read from the
 * network is remembered in it.
 * @param guard of the conversation, where a set takes the place of another one in the middle of it
 * @throws {ApiError} `not-found` or `ambiguous` for an entry of `refs`; what else calls of the peer throw.
 * @throws {LockNotMetError | LockFileError} for `lock`
 */
export async function makeTools(
  client: ToolClient,
  options: ToolOptions = {},
  guard: OutboundGuard = new OutboundGuard(options.approve),
): Promise<CollectiveTool[]> {
  const {
    approve,
    ask,
    licence = "MIT",
    filters = {},
    find = true,
    publish = false,
    lock,
    onWithheld,
    pinned = lock === undefined,
    refs = [],
    tracing,
  } = options;
  const characters = Math.max(
    LEAST_ANSWER_CHARACTERS,
    options.maxAnswerCharacters ?? answerBounds.characters,
  );
  const context: ToolContext = {
    client,
    guard,
    approve,
    licence,
    search: { ...filters, ...(ask === undefined ? {} : { ask }) },
    bounds: { characters, bytes: 2 * characters },
  };
  const constant = [
    ...(find ? [findAction(context), getAction(context), runAction(context)] : []),
    rateAction(context),
    ...(publish ? [publishAction(context)] : []),
  ];
  const locked = lock === undefined ? [] : await lockedActions(client, lock, onWithheld);
  const tools = [...constant, ...(await actionTools(context, { locked, pinned, refs }))];
  return tracing === undefined ? tools : tools.map((tool) => tracedTool(tool, tracing));
}
