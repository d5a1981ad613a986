import { API_LIMITS, type ApiLimits } from "../api/limits.ts";

/** Every bound of the dashboard's server, each with its reason. */
export const DASHBOARD_LIMITS = {
  /** Browsers logged in at once: one person has a few. The one longest unused ends. */
  sessions: 16,
  /** After so long without a call, a page has to log in again. */
  idleMs: 12 * 60 * 60_000,
  /** Links that were made and not used yet. The oldest ends. */
  codes: 8,
  /** The time from `collective open` to the page asking. */
  codeMs: 60_000,
  /** A code has 43 characters. */
  loginBytes: 256,
  /** Cookies of one name: another server on this host may set its own beside ours, of another path. */
  cookies: 8,
  /** Open tabs that follow what happens. */
  streams: 8,
  /** Something is sent at least so often, so that both sides notice a connection that is gone. */
  heartbeatMs: 15_000,
  /** A reader that takes nothing for so long is cut; it may come again. */
  slowReaderMs: 60_000,
  /** How often the peer's state is looked at for its pages, while there are any. */
  statusMs: 1_000,
  /** What Vite builds is a page, a few scripts and a style sheet. */
  files: 64,
  fileBytes: 2_000_000,
} as const;

export type DashboardLimits = { readonly [K in keyof typeof DASHBOARD_LIMITS]: number };

/** The API's, with fewer places: these are the calls of one person. Cookies of other servers on this host come along. */
export const PAGE_API_LIMITS: ApiLimits = { ...API_LIMITS, inFlight: 32, connections: 64 };
