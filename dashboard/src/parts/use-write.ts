import { useState } from "preact/hooks";
import { type ApiFailure, asFailure } from "../api.ts";

export interface Write {
  /** What to say of the last one; empty before. */
  readonly done: string;
  readonly failure: ApiFailure | undefined;
  /** Carries something out. @param f does it, and says what it did. @returns whether it went well */
  readonly run: (f: () => Promise<string>) => Promise<boolean>;
}

/** Something that changes the peer, and how it went. */
export function useWrite(): Write {
  const [state, setState] = useState<Omit<Write, "run">>({ done: "", failure: undefined });
  const run = async (f: () => Promise<string>): Promise<boolean> => {
    setState({ done: "", failure: undefined });
    try {
      setState({ done: await f(), failure: undefined });
      return true;
    } catch (error) {
      setState({ done: "", failure: asFailure(error) });
      return false;
    }
  };
  return { ...state, run };
}
