import type { ActionView, Receipt } from "@action-collective/protocol";
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiFailure, asFailure, call, isAbort } from "../api.ts";
import { hasForm, SchemaForm } from "../form/schema-form.tsx";
import { initialValue, toldProblem, type Value } from "../form/values.ts";
import { Card, Failure } from "../parts/index.ts";
import { AskFirst, type Yes } from "./ask-first.tsx";
import { Gate } from "./gate.tsx";
import { Outcome } from "./outcome.tsx";

type State =
  | { readonly at: "idle" }
  | { readonly at: "running"; readonly abort: AbortController }
  | { readonly at: "asks"; readonly failure: ApiFailure }
  | { readonly at: "failed"; readonly failure: ApiFailure }
  | { readonly at: "done"; readonly receipt: Receipt };

/** A form for the action's input, and what came of running it. */
export function TryIt({ action }: { readonly action: ActionView }): VNode {
  const { id, input: schema, cases } = action;
  const [given, setGiven] = useState({ number: 0, value: cases[0]?.input ?? initialValue(schema, schema) });
  const [value, setValue] = useState<Value>(given.value);
  const [asText, setAsText] = useState(!hasForm(schema, given.value));
  const [state, setState] = useState<State>({ at: "idle" });
  const problems = useSignal<ReadonlyMap<string, string>>(new Map());
  const running = state.at === "running" ? state.abort : undefined;
  useEffect(() => () => running?.abort(), [running]);
  const ready = problems.value.size === 0 && value !== undefined;
  const formed = hasForm(schema, value);

  const fill = (number: number) => {
    const next = cases[number]?.input;
    if (next === undefined) return;
    setGiven({ number: given.number + 1, value: next });
    setValue(next);
    setAsText(asText || !hasForm(schema, next));
    setState({ at: "idle" });
  };
  const run = async (approve?: Yes) => {
    if (value === undefined) return;
    const abort = new AbortController();
    setState({ at: "running", abort });
    setState(await outcomeOf(id, value, approve, abort.signal));
  };
  const told =
    state.at === "failed" && state.failure.code === "input-invalid"
      ? toldProblem(state.failure.message, value)
      : undefined;
  return (
    <div class="try">
      <Card
        title="Input"
        end={
          <div class="row">
            {cases.length > 0 && (
              <select
                aria-label="Fill in from a case"
                onChange={(event) => fill(Number(event.currentTarget.value))}
              >
                {cases.map((_, at) => (
                  <option key={at} value={at}>
                    as in case {at + 1}
                  </option>
                ))}
              </select>
            )}
            <button
              type="button"
              class="small"
              aria-pressed={asText}
              disabled={asText && !formed}
              title={asText && !formed ? "No form can say this input" : "Between a form and JSON"}
              onClick={() => setAsText(!asText)}
            >
              {asText ? "Form" : "JSON"}
            </button>
          </div>
        }
      >
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && running === undefined) void run();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            event.currentTarget.requestSubmit();
          }}
        >
          <SchemaForm
            key={given.number}
            schema={schema}
            value={value}
            asText={asText}
            told={told}
            problems={problems}
            onChange={setValue}
          />
          <div class="row">
            <button type="submit" class="main" disabled={!ready || running !== undefined}>
              {running === undefined ? "Run" : "Running…"}
            </button>
            {running && (
              <button type="button" onClick={() => running.abort()}>
                Stop
              </button>
            )}
            <span class="small soft">Ctrl + Enter</span>
          </div>
        </form>
        <Gate action={action} />
      </Card>
      <ResultCard state={state} action={action} run={run} close={() => setState({ at: "idle" })} />
    </div>
  );
}

async function outcomeOf(
  ref: string,
  input: NonNullable<Value> | null,
  approve: Yes | undefined,
  signal: AbortSignal,
): Promise<State> {
  try {
    const body = approve === undefined ? { input } : { input, approve };
    return { at: "done", receipt: await call("run", { ref, body, signal }) };
  } catch (error) {
    if (isAbort(error)) return { at: "idle" };
    const failure = asFailure(error);
    return { at: failure.code === "approval-needed" ? "asks" : "failed", failure };
  }
}

function ResultCard({
  state,
  action,
  run,
  close,
}: {
  readonly state: State;
  readonly action: ActionView;
  readonly run: (approve: Yes) => Promise<void>;
  readonly close: () => void;
}): VNode {
  const place = useRef<HTMLDivElement>(null);
  // On a narrow screen the result stands below what was pressed.
  useEffect(() => {
    if (state.at !== "idle") place.current?.scrollIntoView({ block: "nearest" });
  }, [state.at]);
  return (
    <div ref={place} aria-live="polite">
      {state.at === "asks" ? (
        <AskFirst action={action} failure={state.failure} yes={run} no={close} />
      ) : (
        <Card title="Result">
          {state.at === "idle" && <p class="soft">{whereItRuns(action)}</p>}
          {state.at === "running" && (
            <p class="soft">
              Running…{" "}
              {action.standing === "passed" ? "" : "Its unit test was not passed here yet, and is run first."}
            </p>
          )}
          {state.at === "failed" && <Failure failure={state.failure} />}
          {state.at === "done" && <Outcome receipt={state.receipt} />}
        </Card>
      )}
    </div>
  );
}

const whereItRuns = ({ permissions }: ActionView): string =>
  (permissions.net ?? []).length === 0
    ? "It runs in the sandbox of this peer; nothing is sent anywhere."
    : "It runs in the sandbox of this peer, and can connect to the hosts above and to no others.";
