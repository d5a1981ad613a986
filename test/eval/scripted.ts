import { calls, type Heard, type ScriptStep, text } from "../helpers/scripted-model.ts";
import type { EvalTask, ExampleTurn } from "./tasks.ts";

/** A task's example as a script: each turn still depends on what was really found, tested and run. */
export function scriptOf({ example }: EvalTask): ScriptStep[] {
  return example.map(stepOf);
}

function stepOf(turn: ExampleTurn): ScriptStep {
  if ("need" in turn) return { says: calls(["need_action", { need: turn.need }]) };
  if ("none" in turn)
    return { offers: ["use_action", "none_fits"], says: calls(["none_fits", { why: turn.none }]) };
  if ("write" in turn) return { forced: "write_action", says: calls(["write_action", turn.write]) };
  if ("answer" in turn)
    return { ...(turn.after === undefined ? {} : { told: [turn.after] }), says: text(turn.answer) };
  const { use, input } = turn;
  return {
    told: [`"name":"${use}"`],
    says: (heard) => calls(["use_action", { action: refOf(use, heard), input }]),
  };
}

/** The short name under which an action was offered just now. */
function refOf(name: string, { last }: Heard): string {
  const { content } = JSON.parse(last.at(-1)?.text ?? "{}") as { content?: unknown };
  const shown = (Array.isArray(content) ? content : [content]) as { name?: string; action?: string }[];
  return shown.find((action) => action.name === name)?.action ?? "not offered";
}
