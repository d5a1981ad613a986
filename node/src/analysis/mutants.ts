import type { MutantsOf } from "./types.ts";

/** Runs in the analysis child: imports only types from outside this folder. */
export const mutantsOf: MutantsOf = () => [];
