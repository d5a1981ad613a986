import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  readonly label: string;
  readonly help: ComponentChildren;
  readonly problem: string | undefined;
}

/** What says about an input what it is for, and what is wrong with it. */
const described = (id: string, problem: string | undefined) => ({
  "aria-describedby": problem === undefined ? `${id}-help` : `${id}-problem ${id}-help`,
  ...(problem === undefined ? {} : { "aria-invalid": true }),
});

function Frame({
  id,
  label,
  help,
  problem,
  children,
}: FieldProps & { readonly id: string; readonly children: ComponentChildren }): VNode {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {problem !== undefined && (
        <small class="problem" id={`${id}-problem`}>
          {problem}
        </small>
      )}
      <small class="soft" id={`${id}-help`}>
        {help}
      </small>
    </div>
  );
}

/** Text of one line, or of several. */
export function TextField({
  value,
  onChange,
  lines = 1,
  placeholder = "",
  ...rest
}: FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly lines?: number;
  readonly placeholder?: string;
}): VNode {
  const id = useId();
  const input = { id, value, placeholder, spellcheck: false, ...described(id, rest.problem) };
  return (
    <Frame id={id} {...rest}>
      {lines === 1 ? (
        <input {...input} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <textarea {...input} rows={lines} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </Frame>
  );
}

/** A share from 0 to 1, to be slid or typed. */
export function ShareField({
  value,
  onChange,
  ...rest
}: FieldProps & { readonly value: number; readonly onChange: (value: number) => void }): VNode {
  const id = useId();
  return (
    <Frame id={id} {...rest}>
      <div class="share">
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          value={value}
          aria-label={`${rest.label}, as a slider`}
          onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
        />
        <NumberInput id={id} value={value} onChange={onChange} max={1} step={0.01} problem={rest.problem} />
      </div>
    </Frame>
  );
}

/** A whole number. */
export function CountField({
  value,
  onChange,
  max,
  ...rest
}: FieldProps & {
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly max: number;
}): VNode {
  const id = useId();
  return (
    <Frame id={id} {...rest}>
      <NumberInput id={id} value={value} onChange={onChange} max={max} step={1} problem={rest.problem} />
    </Frame>
  );
}

function NumberInput({
  id,
  value,
  onChange,
  max,
  step,
  problem,
}: {
  readonly id: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly max: number;
  readonly step: number;
  readonly problem: string | undefined;
}): VNode {
  return (
    <input
      id={id}
      type="number"
      min="0"
      max={max}
      step={step}
      value={Number.isNaN(value) ? "" : value}
      onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      {...described(id, problem)}
    />
  );
}
