import { type ActionId, LimitExceededError, type PinnedTool } from "@action-collective/protocol";
import { toolName } from "action-collective";
import type { KnownAction } from "../catalogue/types.ts";
import { summaryOf } from "../finding/cards.ts";
import { OneAtATime } from "../one-at-a-time.ts";
import type { GateDecision } from "../policy/gate.ts";
import { NotPinnedError } from "./errors.ts";
import { MOST_TOOLS, type Pin, readPins, writePins } from "./tools-file.ts";

export interface PinnedToolsParts {
  readonly home: string;
  readonly actions: { get(id: ActionId): KnownAction | undefined };
  /** What would become of a run now. */
  readonly gate: (id: ActionId) => Promise<GateDecision>;
}

export interface PinChange {
  readonly add?: readonly ActionId[] | undefined;
  /** Ids, beginnings of ids, or names of tools; all of them must be pinned. */
  readonly remove?: readonly string[] | undefined;
}

/**
 * The actions that agents get as tools of their own, because the user chose them. They are pinned by id, so nothing that
 * takes an action's name later takes its place.
 */
export class PinnedTools {
  readonly #parts: PinnedToolsParts;
  readonly #turns = new OneAtATime();

  constructor(parts: PinnedToolsParts) {
    this.#parts = parts;
  }

  /** In the order of pinning; what is not offered now is there with the reason. @throws {ToolsFileError} */
  async list(): Promise<PinnedTool[]> {
    return await this.#views(await readPins(this.#parts.home));
  }

  /**
   * All or nothing. What is pinned already stays as it is.
   * @throws {NotPinnedError | LimitExceededError | ToolsFileError}
   */
  async change({ add = [], remove = [] }: PinChange): Promise<PinnedTool[]> {
    return await this.#turns.run(async () => {
      const { home } = this.#parts;
      const before = await readPins(home);
      const after = this.#with(without(before, remove), add);
      if (after.length > MOST_TOOLS)
        throw new LimitExceededError(`At most ${MOST_TOOLS} actions can be pinned; unpin some first`);
      if (JSON.stringify(after) !== JSON.stringify(before)) await writePins(home, after);
      return await this.#views(after);
    });
  }

  #with(pins: readonly Pin[], ids: readonly ActionId[]): Pin[] {
    const all = [...pins];
    for (const id of ids) {
      const known = this.#parts.actions.get(id);
      if (known === undefined || all.some((pin) => pin.id === id)) continue;
      const taken = all.map(({ tool }) => tool);
      all.push({ id, tool: toolName(known.manifest.name, taken) });
    }
    return all;
  }

  /** An action that the catalogue does not hold any more is still pinned, and is left out until it is there again. */
  async #views(pins: readonly Pin[]): Promise<PinnedTool[]> {
    const views: PinnedTool[] = [];
    for (const { id, tool } of pins) {
      const known = this.#parts.actions.get(id);
      if (known === undefined) continue;
      const { decision, why } = await this.#parts.gate(id);
      const { name, description, input, output, permissions } = known.manifest;
      views.push({
        ...{ id, tool, name, summary: summaryOf(description), input, output, permissions },
        standing: known.standing,
        ...(decision === "refused" ? { withheld: why } : {}),
      });
    }
    return views;
  }
}

function without(pins: readonly Pin[], refs: readonly string[]): Pin[] {
  const gone = new Set<Pin>();
  for (const ref of refs) {
    const meant = pins.filter(({ id, tool }) => id === ref || tool === ref);
    const begun = meant.length > 0 ? meant : pins.filter(({ id }) => ref.length > 8 && id.startsWith(ref));
    const [only] = begun;
    if (only === undefined || begun.length > 1) throw new NotPinnedError(ref);
    gone.add(only);
  }
  return pins.filter((pin) => !gone.has(pin));
}
