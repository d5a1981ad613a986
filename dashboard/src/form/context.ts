import type { Json } from "@action-collective/protocol";
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import type { Told } from "./values.ts";

export interface FormState {
  /** The whole schema: references point into it. */
  readonly root: Json;
  /** What was entered and is no value: by place. */
  readonly problems: Signal<ReadonlyMap<string, string>>;
  /** What the peer said of the last input. */
  readonly told: Told | undefined;
}

export const FormContext = createContext<FormState>({
  root: true,
  problems: signal(new Map()),
  told: undefined,
});

/** What is wrong at a place: what the form sees itself, else what the peer said. */
export function useProblem(path: string, own: string | undefined): string | undefined {
  const { problems, told } = useContext(FormContext);
  useEffect(() => {
    if (own === undefined) return;
    problems.value = new Map(problems.peek()).set(path, own);
    return () => {
      const rest = new Map(problems.peek());
      rest.delete(path);
      problems.value = rest;
    };
  }, [problems, path, own]);
  return own ?? (told?.path === path ? told.text : undefined);
}
