import type { Json } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useId, useMemo } from "preact/hooks";
import { FormContext, type FormState } from "./context.ts";
import { Editor } from "./editor.tsx";
import { fieldOf } from "./field.ts";
import { JsonEditor } from "./leaves.tsx";
import { fitsForm, type Told, type Value } from "./values.ts";

/** A form for a value that a JSON Schema describes; as text where the user wants it, or no form can say it. */
export function SchemaForm({
  schema,
  value,
  asText,
  told,
  problems,
  onChange,
}: {
  readonly schema: Json;
  readonly value: Value;
  readonly asText: boolean;
  readonly told: Told | undefined;
  /** Filled by the form: what was entered and is no value. */
  readonly problems: FormState["problems"];
  readonly onChange: (value: Value) => void;
}): VNode {
  const id = useId();
  const state = useMemo(() => ({ root: schema, problems, told }), [schema, problems, told]);
  return (
    <FormContext.Provider value={state}>
      {asText ? (
        <>
          <label class="visually-hidden" for={id}>
            Input as JSON
          </label>
          <JsonEditor id={id} path="$" value={value} onChange={onChange} rows={6} />
        </>
      ) : (
        <Editor id={id} schema={schema} path="$" value={value} onChange={onChange} />
      )}
    </FormContext.Provider>
  );
}

/** Whether a form is of use for this value; else its text is shown. */
export const hasForm = (schema: Json, value: Value): boolean =>
  fieldOf(schema, schema).kind !== "json" && fitsForm(value, schema, schema);
