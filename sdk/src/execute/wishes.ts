import type { Json } from "@action-collective/protocol";
import { reply } from "./messages.ts";
import { said } from "./prompts.ts";
import type { TaskState, Wish } from "./state.ts";

/** Calls that nobody will answer any more are answered, or the model's server would refuse the conversation. */
export function closed(state: TaskState): TaskState {
  if (state.wishes.length === 0) return state;
  const told = state.wishes.map(({ call }) => reply(call, { told: said.notDone }));
  return { ...state, wishes: [], messages: [...state.messages, ...told] };
}

interface Given<W> {
  readonly name: string;
  readonly arguments: Json;
  readonly wish: (call: Wish["call"]) => W;
}

/** What the model wished for next, or what the caller gives in its place: then the messages say it as if the model had. */
export function wanted<Kind extends Wish["kind"], Material>(
  kind: Kind,
  state: TaskState,
  material: Material | undefined,
  given: (material: Material) => Given<Extract<Wish, { kind: Kind }>>,
): { readonly wish: Extract<Wish, { kind: Kind }> | undefined; readonly from: TaskState } {
  if (material === undefined) {
    const first = state.wishes[0];
    return { wish: first?.kind === kind ? (first as Extract<Wish, { kind: Kind }>) : undefined, from: state };
  }
  const { name, arguments: written, wish } = given(material);
  const from = closed(state);
  const call = { id: `given_${from.messages.length}`, name, arguments: JSON.stringify(written) };
  const asked = wish(call);
  const messages = [...from.messages, { role: "assistant" as const, content: "", toolCalls: [call] }];
  return { wish: asked, from: { ...from, messages, wishes: [asked] } };
}
