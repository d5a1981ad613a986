import type { ActionClient } from "../../client.ts";
import type { ConnectOptions } from "../../discovery.ts";
import type { OpenAIModelOptions } from "../../model/types.ts";
import type { ToolOptions } from "../../tools/tools.ts";

/** How an agent thinks, and with what. */
export interface ModelAgentOptions extends OpenAIModelOptions {
  /**
   * What it is told above every conversation: a template, in which `{{name}}`, `{{address}}`, `{{role}}`, `{{level}}` and
   * `{{members}}` (the others it may write to) stand for what they are when a message comes, and further names for `values`.
   */
  readonly instructions?: string | undefined;
  readonly values?: Readonly<Record<string, string>> | undefined;
  /**
   * The peer whose collective it uses; without one it has no tools of the collective. Given how to connect, it does so with the
   * capability token of its place, where there is one, so that the peer itself holds it to its privileges; a client is used as
   * it is.
   */
  readonly client?: ActionClient | ConnectOptions | undefined;
  /** Which tools of the collective it has: by default those to find, look at, run and rate actions, and the pinned ones. */
  readonly collective?: ToolOptions | "none" | undefined;
  /** Whether it may ask the other agents of its space that its privileges let it write to; true by default. */
  readonly agents?: boolean | undefined;
  /** Names of actions of its own that its model may call; none by default. */
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
