import type { Json } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { plainText, textParts } from "../text-marks.ts";
import { useProblem } from "./context.ts";
import { Problem } from "./problem.tsx";
import type { Value } from "./values.ts";

export interface LeafProps {
  /** Of the element that takes the input; its label points to it. */
  readonly id: string;
  readonly path: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

const ROWS = 12;
const rowsOf = (text: string): number => Math.min(ROWS, text.split("\n").length);
const described = (id: string, problem: string | undefined) =>
  problem === undefined ? {} : { "aria-invalid": true, "aria-describedby": `${id}-problem` };

export function TextEditor({ id, path, value, onChange }: LeafProps): VNode {
  const text = typeof value === "string" ? value : "";
  const problem = useProblem(path, undefined);
  const hidden = textParts(text, "many").flatMap((part) => ("mark" in part ? [part.mark] : []));
  return (
    <div class="leaf">
      <textarea
        id={id}
        rows={rowsOf(text)}
        value={text}
        spellcheck={false}
        {...described(id, problem)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {hidden.length > 0 && (
        <p class="small soft">
          Holds characters that are not visible: {[...new Set(hidden)].slice(0, 8).join(", ")}
        </p>
      )}
      <Problem id={id} text={problem} />
    </div>
  );
}

/** The number that a text stands for; undefined for none. */
export function parseNumber(text: string, integer: boolean): number | undefined {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) && (!integer || Number.isInteger(number)) ? number : undefined;
}

export function NumberEditor({
  id,
  path,
  value,
  onChange,
  integer,
}: LeafProps & { readonly integer: boolean }): VNode {
  const [typed, setTyped] = useState("");
  // What is typed stays as it is typed (`1.`, `1e`), unless the value was changed from elsewhere.
  const text = parseNumber(typed, integer) === value ? typed : typeof value === "number" ? String(value) : "";
  const wanted = integer ? "a whole number" : "a number";
  const problem = useProblem(path, value === undefined ? `must be ${wanted}` : undefined);
  return (
    <div class="leaf">
      <input
        id={id}
        class="number-input"
        type="text"
        inputMode={integer ? "numeric" : "decimal"}
        value={text}
        size={Math.max(8, Math.min(24, text.length + 2))}
        {...described(id, problem)}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onChange(parseNumber(event.currentTarget.value, integer));
        }}
      />
      <Problem id={id} text={problem} />
    </div>
  );
}

export function TruthEditor({ id, path, value, onChange }: LeafProps): VNode {
  const problem = useProblem(path, undefined);
  return (
    <div class="leaf">
      <label class="check">
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          {...described(id, problem)}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {value === true ? "true" : "false"}
      </label>
      <Problem id={id} text={problem} />
    </div>
  );
}

export function ChoiceEditor({
  id,
  path,
  value,
  onChange,
  values,
}: LeafProps & { readonly values: readonly Json[] }): VNode {
  const problem = useProblem(path, undefined);
  const at = values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return (
    <div class="leaf">
      <select
        id={id}
        value={at}
        {...described(id, problem)}
        onChange={(event) => onChange(values[Number(event.currentTarget.value)])}
      >
        {at === -1 && <option value={-1}>choose</option>}
        {values.map((one, number) => (
          <option key={JSON.stringify(one)} value={number}>
            {plainText(typeof one === "string" ? one : JSON.stringify(one))}
          </option>
        ))}
      </select>
      <Problem id={id} text={problem} />
    </div>
  );
}

/** Any JSON as text: for what no other editor can say. */
export function JsonEditor({
  id,
  path,
  value,
  onChange,
  rows = 1,
}: LeafProps & { readonly rows?: number }): VNode {
  const [typed, setTyped] = useState(() => written(value));
  const text = same(parseJson(typed), value) ? typed : written(value);
  const problem = useProblem(path, value === undefined ? "must be JSON" : undefined);
  return (
    <div class="leaf">
      <textarea
        id={id}
        rows={Math.max(rows, rowsOf(text))}
        value={text}
        spellcheck={false}
        {...described(id, problem)}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onChange(parseJson(event.currentTarget.value));
        }}
      />
      <Problem id={id} text={problem} />
    </div>
  );
}

export function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const written = (value: Value): string => (value === undefined ? "" : JSON.stringify(value, null, 2));
const same = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);
