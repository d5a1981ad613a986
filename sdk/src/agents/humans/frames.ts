import { isPlainObject } from "@action-collective/protocol";
import type { Ending, Notice, Question, Taken } from "./contact.ts";

/** The WebSocket subprotocol, and what stands before the token where it is given as one (a browser can set no other header). */
export const HUMAN_PROTOCOL = "action-collective.human.1";
export const TOKEN_PROTOCOL = "action-collective.token.";

/** From the server: JSON text frames. Texts may be shown as they are. */
export type ServerFrame =
  /** The token is right. What is open, and the latest notices. */
  | {
      readonly kind: "welcome";
      readonly person: string;
      readonly questions: readonly Question[];
      readonly notices: readonly Notice[];
    }
  | { readonly kind: "question"; readonly question: Question }
  /** This question is over: answered (here, or in another window), or nobody waits any more. */
  | { readonly kind: "closed"; readonly id: string; readonly ending: Ending }
  | { readonly kind: "notice"; readonly notice: Notice }
  /** An answer or a frame was not taken. `id`: of the question it was meant for. */
  | {
      readonly kind: "refused";
      readonly why: Exclude<Taken, "taken"> | "bad-frame";
      readonly id?: string;
    };

/** To the server. `hello` is the first, where the token did not come as a subprotocol. */
export type ClientFrame =
  | { readonly kind: "hello"; readonly token: string }
  | { readonly kind: "answer"; readonly id: string; readonly text: string };

/** A frame as a page sent it; undefined for everything that is none. */
export function readClientFrame(text: string): ClientFrame | undefined {
  const value = tryParse(text);
  if (!isPlainObject(value)) return undefined;
  const { kind, token, id, text: answer } = value;
  const keys = Object.keys(value).length;
  if (kind === "hello" && keys === 2 && typeof token === "string") return { kind, token };
  if (kind === "answer" && keys === 3 && typeof id === "string" && typeof answer === "string")
    return { kind, id: id.slice(0, 255), text: answer };
  return undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
