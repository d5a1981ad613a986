import {
  acceptedContent,
  type InputRequiredResult,
  inputRequired,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { ApprovalQuestion } from "../approval.ts";
import { parseJson } from "../parse-json.ts";
import { oneLine } from "../tools/one-line.ts";

/** Of the reason, which may quote a stranger. */
const QUESTION_CHARACTERS = 1000;
/** Under this key stands the user's answer to the question that was asked last. */
const APPROVAL = "approval";
/** Sending what was read, and a run that is in doubt: one call brings up no more, unless what it means changes meanwhile. */
const MOST_QUESTIONS = 3;

/**
 * What the user of a host says to what needs a yes, in the course of one call. Such a call is made again for each answer;
 * between two of them the host keeps, as a list, what was asked: all but the last was allowed before.
 */
export class UserOfCall {
  readonly #server: Server;
  readonly #asked: readonly string[];
  /** Undefined: not answered. */
  readonly #said: boolean | undefined;
  #doubt: string | undefined;

  constructor(server: Server, { mcpReq }: ServerContext) {
    this.#server = server;
    const { inputResponses, requestState } = mcpReq;
    // The state is not signed: it comes from the user's own host, which holds the peer's token and could say yes by itself.
    this.#asked = textsIn(requestState<string>());
    this.#said =
      inputResponses?.[APPROVAL] === undefined
        ? undefined
        : acceptedContent<{ allow?: unknown }>(inputResponses, APPROVAL)?.allow === true;
  }

  /** True when the user was asked this very question about this very action, and said yes. */
  approves({ id, message }: ApprovalQuestion): boolean {
    const question = `${oneLine(message, QUESTION_CHARACTERS)} (${id})`;
    if (this.#allowed.includes(question)) return true;
    this.#doubt ??= question;
    return false;
  }

  /** The question, where there is one, the host can put it, and the user did not say no before. */
  question(): InputRequiredResult | undefined {
    const allowed = this.#allowed;
    if (this.#doubt === undefined || this.#said === false || !this.#canBeAsked()) return undefined;
    if (allowed.length >= MOST_QUESTIONS) return undefined;
    return inputRequired({
      requestState: JSON.stringify([...allowed, this.#doubt]),
      inputRequests: {
        [APPROVAL]: inputRequired.elicit({
          message: `Allow this once? ${this.#doubt}`,
          requestedSchema: {
            type: "object",
            properties: { allow: { type: "boolean", title: "Allow it this once", default: false } },
            required: ["allow"],
          },
        }),
      },
    });
  }

  get #allowed(): readonly string[] {
    return this.#said === true ? this.#asked : this.#asked.slice(0, -1);
  }

  #canBeAsked(): boolean {
    // Served statelessly, it is what this request declared; on a connection, what was declared when it began.
    const { elicitation } = this.#server.getClientCapabilities() ?? {};
    return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
  }
}

function textsIn(state: string | undefined): string[] {
  const read = parseJson(state ?? "");
  const list = "value" in read && Array.isArray(read.value) ? read.value : [];
  return list.filter((entry) => typeof entry === "string").slice(0, MOST_QUESTIONS);
}
