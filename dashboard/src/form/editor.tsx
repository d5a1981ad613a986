import type { Json } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useContext, useId, useState } from "preact/hooks";
import { Text } from "../text.tsx";
import { plainText } from "../text-marks.ts";
import { FormContext, useProblem } from "./context.ts";
import { type Field, fieldOf, isObject, type JsonObject, type Property, resolved } from "./field.ts";
import {
  ChoiceEditor,
  JsonEditor,
  type LeafProps,
  NumberEditor,
  TextEditor,
  TruthEditor,
} from "./leaves.tsx";
import { Problem } from "./problem.tsx";
import { below, initialValue, looksLike, type Value } from "./values.ts";

interface EditorProps {
  readonly schema: Json;
  readonly path: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Of the label that belongs to it. */
  readonly id: string;
  /** Choices between shapes that led here, for one and the same value. */
  readonly choices?: number;
}

/** Choices of choices; beyond, a schema most likely leads back to itself. */
const CHOICES = 4;

/** The editor for whatever a schema asks for. */
export function Editor({ schema, choices = 0, ...props }: EditorProps): VNode {
  const { root } = useContext(FormContext);
  const field = fieldOf(schema, root);
  switch (field.kind) {
    case "object":
      return <ObjectEditor properties={field.properties} {...props} />;
    case "array":
      return <ArrayEditor field={field} {...props} />;
    case "ways":
      if (choices >= CHOICES) return <JsonEditor {...props} />;
      return <WaysEditor ways={field.ways} choices={choices + 1} {...props} />;
    case "text":
      return <TextEditor {...props} />;
    case "number":
      return <NumberEditor integer={field.integer} {...props} />;
    case "truth":
      return <TruthEditor {...props} />;
    case "choice":
      return <ChoiceEditor values={field.values} {...props} />;
    case "json":
      return <JsonEditor {...props} />;
  }
}

function ObjectEditor({
  properties,
  path,
  value,
  onChange,
  id,
}: LeafProps & { readonly properties: readonly Property[] }): VNode {
  const { root } = useContext(FormContext);
  const own = isObject(value) ? value : {};
  const problem = useProblem(path, undefined);
  // What has no value at the moment (a number that is being typed) stays where it was, or was asked for.
  const [added, setAdded] = useState<readonly string[]>(() => Object.keys(own));
  // Only what cannot hold more of its kind: a schema that needs itself would be shown without end.
  const isShown = ({ name, schema, required }: Property) =>
    Object.hasOwn(own, name) || added.includes(name) || (required && isLeaf(fieldOf(schema, root)));
  const set = (name: string, to: Value) => onChange(withProperty(own, name, to));
  const absent = properties.filter((property) => !isShown(property));
  return (
    <div class="object-editor" id={id}>
      {properties.filter(isShown).map((property) => (
        <PropertyEditor
          key={property.name}
          property={property}
          path={below(path, property.name)}
          value={Object.hasOwn(own, property.name) ? own[property.name] : undefined}
          onChange={(to) => set(property.name, to)}
          onRemove={() => {
            setAdded(added.filter((name) => name !== property.name));
            set(property.name, undefined);
          }}
        />
      ))}
      {absent.length > 0 && (
        <div class="row add-row">
          {absent.map(({ name, schema }) => (
            <button
              key={name}
              type="button"
              class="small"
              aria-label={`Add ${plainText(name)}`}
              onClick={() => {
                setAdded([...added, name]);
                set(name, initialValue(schema, root));
              }}
            >
              + <Text value={name} />
            </button>
          ))}
        </div>
      )}
      <Problem id={id} text={problem} />
    </div>
  );
}

const isLeaf = ({ kind }: Field): boolean => kind !== "object" && kind !== "array" && kind !== "ways";

function withProperty(object: JsonObject, name: string, value: Value): JsonObject {
  const rest = Object.entries(object).filter(([key]) => key !== name);
  if (value === undefined) return Object.fromEntries(rest);
  // In its old place, so that nothing jumps about.
  if (Object.hasOwn(object, name))
    return Object.fromEntries(Object.entries(object).map(([key, old]) => [key, key === name ? value : old]));
  return Object.fromEntries([...rest, [name, value]]);
}

function PropertyEditor({
  property: { name, schema, required },
  onRemove,
  ...rest
}: Omit<EditorProps, "schema" | "id"> & {
  readonly property: Property;
  readonly onRemove: () => void;
}): VNode {
  const { root } = useContext(FormContext);
  const id = useId();
  const description = resolved(schema, root)?.description;
  return (
    <div class="property">
      <div class="property-head">
        <label for={id}>
          <Text value={name} />
        </label>
        <span class="small soft">{hintOf(fieldOf(schema, root))}</span>
        {!required && (
          <button
            type="button"
            class="quiet small"
            aria-label={`Leave out ${plainText(name)}`}
            onClick={onRemove}
          >
            leave out
          </button>
        )}
      </div>
      {typeof description === "string" && (
        <p class="small soft break">
          <Text value={description} />
        </p>
      )}
      <Editor schema={schema} id={id} {...rest} />
    </div>
  );
}

function ArrayEditor({
  field: { items, least, most },
  path,
  value,
  onChange,
  id,
}: LeafProps & { readonly field: Extract<Field, { kind: "array" }> }): VNode {
  const { root } = useContext(FormContext);
  const list = Array.isArray(value) ? value : [];
  const problem = useProblem(path, undefined);
  const kind = fieldOf(items, root).kind;
  const inline = kind === "number" || kind === "choice" || kind === "truth";
  return (
    <div id={id} class={inline ? "array-editor inline" : "array-editor"}>
      {list.map((item, at) => (
        <div class="array-item" key={at}>
          <Editor
            schema={items}
            id={`${id}-${at}`}
            path={below(path, at)}
            // Items cannot be absent: null stands for what was not entered.
            value={item === null && !looksLike(null, items, root) ? undefined : item}
            onChange={(to) => onChange(list.with(at, to ?? null))}
          />
          {list.length > least && (
            <button
              type="button"
              class="quiet small"
              aria-label={`Remove item ${at + 1}`}
              onClick={() => onChange(list.toSpliced(at, 1))}
            >
              ×
            </button>
          )}
        </div>
      ))}
      {list.length < most && (
        <button
          type="button"
          class="small"
          aria-label="Add an item"
          onClick={() => onChange([...list, initialValue(items, root) ?? null])}
        >
          + item
        </button>
      )}
      <Problem id={id} text={problem} />
    </div>
  );
}

function WaysEditor({
  ways,
  choices,
  path,
  value,
  onChange,
  id,
}: LeafProps & { readonly ways: readonly Json[]; readonly choices: number }): VNode {
  const { root } = useContext(FormContext);
  const fitting = ways.findIndex((way) => looksLike(value, way, root));
  const [chosen, setChosen] = useState(Math.max(0, fitting));
  const at =
    ways[chosen] !== undefined && (fitting === -1 || looksLike(value, ways[chosen], root)) ? chosen : fitting;
  const way = ways[at];
  return (
    <div class="ways-editor">
      <select
        aria-label="Kind of value"
        value={at}
        onChange={(event) => {
          const next = Number(event.currentTarget.value);
          setChosen(next);
          onChange(ways[next] === undefined ? undefined : initialValue(ways[next], root));
        }}
      >
        {ways.map((one, number) => (
          <option key={number} value={number}>
            {wayName(one, root)}
          </option>
        ))}
      </select>
      {way !== undefined && !isConstant(way, root) && (
        <Editor
          key={at}
          schema={way}
          choices={choices}
          path={path}
          value={value}
          onChange={onChange}
          id={id}
        />
      )}
    </div>
  );
}

/** There is nothing to enter: `null`, or a word that is always the same. */
function isConstant(schema: Json, root: Json): boolean {
  const field = fieldOf(schema, root);
  return field.kind === "choice" && field.values.length === 1;
}

function wayName(schema: Json, root: Json): string {
  const title = resolved(schema, root)?.title;
  if (typeof title === "string") return plainText(title).slice(0, 60);
  const field = fieldOf(schema, root);
  if (field.kind === "object")
    return `{ ${plainText(field.properties.map(({ name }) => name).join(", ")).slice(0, 50)} }`;
  if (field.kind === "choice" && field.values.length === 1)
    return plainText(JSON.stringify(field.values[0])).slice(0, 60);
  return hintOf(field);
}

/** The kind of value, in a word or two. */
function hintOf(field: Field): string {
  switch (field.kind) {
    case "object":
      return "object";
    case "array":
      return "list";
    case "text":
      return "text";
    case "number":
      return [field.integer ? "whole number" : "number", rangeOf(field)].filter(Boolean).join(", ");
    case "truth":
      return "yes or no";
    case "choice":
      return "choice";
    case "ways":
      return "one of several";
    case "json":
      return "JSON";
  }
}

function rangeOf({ least, most }: Extract<Field, { kind: "number" }>): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `at least ${least}`;
  return most === undefined ? "" : `at most ${most}`;
}
