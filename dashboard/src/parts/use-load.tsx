import type { ComponentChildren, VNode } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { type ApiFailure, asFailure } from "../api.ts";
import { Failure } from "./failure.tsx";
import { Loading } from "./loading.tsx";

export interface Load<T> {
  /** What was loaded last; it stays while the next is loaded. */
  readonly value: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Loads when `deps` change, and when asked to; what is not wanted any more is aborted, and never shown. */
export function useLoad<T>(f: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Load<T> {
  const [state, setState] = useState<Omit<Load<T>, "reload">>({
    value: undefined,
    failure: undefined,
    loading: true,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    f(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ value, failure: undefined, loading: false });
      },
      (error: unknown) => {
        if (!abort.signal.aborted)
          setState((before) => ({ value: before.value, failure: asFailure(error), loading: false }));
      },
    );
    return () => abort.abort();
  }, [...deps, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { ...state, reload };
}

/** What was loaded, or why it is not there. */
export function Loaded<T>({
  load,
  children,
}: {
  readonly load: Load<T>;
  readonly children: (value: T) => ComponentChildren;
}): VNode {
  return (
    <>
      {load.failure && <Failure failure={load.failure} again={load.reload} />}
      {load.value !== undefined ? children(load.value) : load.loading && <Loading />}
    </>
  );
}
