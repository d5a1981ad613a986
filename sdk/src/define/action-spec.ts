import type { ActionDefinitionInput, Json, Language, Permissions } from "@action-collective/protocol";
import type { SchemaSource, ValueOf } from "./schema-source.ts";

/** What `run` is given beside its input (SPEC §5.4). */
export interface RunContext {
  /** The granted secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Calls an action that `uses` names. */
  call(id: string, input: Json): Promise<Json>;
}

/**
 * Whether an agent may run an action that was defined in its program: at once, never, or after a yes each time. It is the
 * agent's own rule and no part of what is published; what runs on a peer is the user's policy's to say.
 */
export type Access = "permitted" | "denied" | "requested";

type Fetches = NonNullable<ActionDefinitionInput["cases"]>[number]["fetches"];

/** One input with what must come of it; `error` is a part of the message. */
export type ActionExample<Input, Output> =
  | {
      readonly input: Input;
      readonly output: Output;
      /** How far numbers may be off: absolute below 1, relative above. */
      readonly tolerance?: number;
      /** What the network answers meanwhile (SPEC §5.2). */
      readonly fetches?: Fetches;
    }
  | { readonly input: unknown; readonly error: string; readonly fetches?: Fetches };

type Run<Input, Output> = (input: Input, context: RunContext) => Output | Promise<Output>;

interface Said<InputSchema extends SchemaSource, OutputSchema extends SchemaSource> {
  /** Letters, digits, - and _, a letter first. */
  readonly name: string;
  /** What it does, in a few sentences; at most 600 characters. */
  readonly description: string;
  /** How somebody would ask for it who does not know it, in other words than the description's. */
  readonly useWhen?: readonly string[];
  readonly input: InputSchema;
  readonly output: OutputSchema;
  /** They become the unit test: at least three, unless there is a `test`. */
  readonly examples?: readonly ActionExample<ValueOf<InputSchema>, ValueOf<OutputSchema>>[];
  readonly permissions?: Permissions;
  /** `permitted` by default. */
  readonly access?: Access;
  readonly tags?: readonly string[];
  /** As SPDX names it; nothing is proved or published without one. */
  readonly licence?: string;
  /** The text of a test module (SPEC §5.5), for what examples cannot say. */
  readonly test?: string;
  /** Ids of the actions that it calls. */
  readonly uses?: readonly string[];
}

/** What `defineAction` takes. */
export type ActionSpec<InputSchema extends SchemaSource, OutputSchema extends SchemaSource> = Said<
  InputSchema,
  OutputSchema
> &
  (
    | {
        /** The action itself. Its text travels and nothing around it: no imports, no variables of the file. */
        readonly run: Run<ValueOf<InputSchema>, ValueOf<OutputSchema>>;
        readonly code?: undefined;
      }
    | {
        /** The text of a module with the action as its default export, published as it is. */
        readonly code: string;
        /** Of `code`; `typescript` by default. */
        readonly language?: Language;
        /** For local runs. */
        readonly run?: Run<ValueOf<InputSchema>, ValueOf<OutputSchema>>;
      }
  );
