import { MOST_LEVELS, type TeamFile } from "@action-collective/protocol";
import { shown } from "./file-problems.ts";
import { meant } from "./nearest.ts";

/** Who is above whom. */
export interface Branch {
  readonly id: string;
  readonly superior: string | undefined;
  readonly level: number;
  readonly reports: readonly string[];
  /** All below it. */
  readonly below: readonly string[];
  /** Levels below it. */
  readonly depth: number;
}

/** The members as a tree below the user, those above before those below; what is wrong with it goes to `problem`. Pure. */
export function treeOf(
  members: TeamFile["members"],
  problem: (path: string, text: string) => void,
): Branch[] {
  const ids = Object.keys(members);
  const superiorOf = new Map<string, string | undefined>();
  for (const [id, { reportsTo }] of Object.entries(members)) {
    const known = reportsTo === undefined || Object.hasOwn(members, reportsTo);
    if (reportsTo !== undefined && !known)
      problem(`members.${id}.reportsTo`, `there is no member ${shown(reportsTo)}${meant(reportsTo, ids)}`);
    superiorOf.set(id, known ? reportsTo : undefined);
  }
  const branches: Branch[] = [];
  const visit = (id: string, level: number): { below: string[]; depth: number } => {
    const reports = ids.filter((other) => superiorOf.get(other) === id);
    const at = branches.length;
    const branch = { id, superior: superiorOf.get(id), level, reports };
    branches.push({ ...branch, below: [], depth: 0 });
    const inside = reports.map((other) => visit(other, level + 1));
    const below = [...reports, ...inside.flatMap((one) => one.below)];
    const depth = Math.max(0, ...inside.map((one) => one.depth + 1));
    branches[at] = { ...branch, below, depth };
    return { below, depth };
  };
  for (const id of ids) if (superiorOf.get(id) === undefined) visit(id, 1);
  for (const id of ids)
    if (!branches.some((branch) => branch.id === id))
      problem(`members.${id}.reportsTo`, "it is, in the end, below itself: somebody must report to the user");
  for (const { id, level } of branches)
    if (level > MOST_LEVELS) problem(`members.${id}`, `is at level ${level}; there are ${MOST_LEVELS}`);
  return branches;
}
