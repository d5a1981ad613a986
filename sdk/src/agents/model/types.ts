import type { Approval } from "../../approval.ts";
import type { OpenAIModelOptions } from "../../model/types.ts";
import type { ToolOptions } from "../../tools/tools.ts";
import type { Experience } from "../hierarchy/experience.ts";
import type { ClientOption } from "./client-for.ts";

/** How an agent thinks, and with what. */
export interface ModelAgentOptions extends OpenAIModelOptions {
  /**
   * What it is told above every conversation: a template, in which `{{name}}`, `{{address}}`, `{{role}}`, `{{level}}` and
   * `{{members}}` (the others it may write to) stand for what they are when a message comes, and further names for `values`.
   */
  readonly instructions?: string | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
  /**
   * The peer whose collective it uses: a client, or how to connect (`{}`: to the peer of this machine). Without one it has no
   * tools of the collective. Where its place has a capability token, it is used with that, so that the peer itself holds it to
   * its privileges; what a function makes for its place is used as it is.
   */
  readonly client?: ClientOption | undefined;
  /** Learns which actions it made and ran, and how that went, for its successor; `client` says how to connect then. */
  readonly experience?: Experience | undefined;
  /** Which tools of the collective it has: by default those to find, look at, run and rate actions, and the pinned ones. */
  readonly collective?: ToolOptions | "none" | undefined;
  /**
   * The user's yes: where the peer doubts an action, and where something could send data out after text came from the network
   * or from another peer. Without it, or that of `collective`, such calls are refused, and the model is told so.
   */
  readonly approve?: Approval | undefined;
  /** Whether it may ask the other agents of its space that its privileges let it write to; true by default. */
  readonly agents?: boolean | undefined;
  /**
   * Names of actions of its own that its model may call, as messages to itself: its privileges must let it write to itself. None
   * by default.
   */
  readonly own?: readonly string[] | undefined;
  /** A maker of tools in its space: the model may ask it for functions that it lacks, and has them as its own from then on. */
  readonly maker?: string | undefined;
  /** Longest that the maker may take, in milliseconds; 600,000 by default. */
  readonly makerTimeoutMs?: number | undefined;
  /** Turns of the model for one message; 8 by default. The last one has no functions. */
  readonly maxSteps?: number | undefined;
  /** Longest that another agent may take for its next answer, in milliseconds; 120,000 by default. */
  readonly askTimeoutMs?: number | undefined;
  /** Put speakers' names into the texts too, for servers that take no notice of the field `name`. */
  readonly namesInText?: boolean | undefined;
}
