import { Hono } from "hono";
import { z } from "zod";
import { type ApiLog, addRoute, answerFailures, type Bindings } from "../api/add-route.ts";
import type { ApiHandlers } from "../api/handlers.ts";
import type { InFlight } from "../api/in-flight.ts";
import { readBody } from "../api/read-body.ts";
import { LoginRefusedError, NoSuchPageError, NotLoggedInError } from "./errors.ts";
import { SECURITY_HEADERS } from "./headers.ts";
import { type DashboardLimits, PAGE_API_LIMITS } from "./limits.ts";
import { checkPageRequest, cookieName, cookiesNamed } from "./page-guard.ts";
import { PAGE_ROUTES } from "./page-routes.ts";
import type { PageStreams } from "./page-streams.ts";
import type { Pages } from "./pages.ts";
import type { Session, Sessions } from "./sessions.ts";

export interface DashboardParts {
  readonly port: number;
  readonly handlers: ApiHandlers;
  readonly sessions: Sessions;
  /** Read anew for each link, so that a build is seen without a restart. */
  readonly pages: () => Pages;
  readonly streams: PageStreams;
  readonly inFlight: InFlight;
  readonly toolsChanged: () => Promise<void>;
  readonly limits: DashboardLimits;
  readonly log: ApiLog;
}

/** What the dashboard adds to the routes of the contract. */
export const CSRF_HEADER = "x-collective-csrf";
const API = "/api";
const EVENTS_PATH = `${API}/v1/events`;
const loginRequest = z.strictObject({ code: z.string().min(1).max(128) });
const LOGIN_DEPTH = 2;

/** The dashboard's server: its pages for everybody on this machine, everything else for who is logged in. */
export function createDashboardApp(parts: DashboardParts): Hono<Bindings> {
  const { port, sessions, pages, streams, limits, handlers, inFlight, toolsChanged, log } = parts;
  const cookiesOf = (cookie: string | undefined) => cookiesNamed(cookieName(port), cookie, limits.cookies);
  const app = new Hono<Bindings>();

  const sessionOf = (header: (name: string) => string | undefined): Session => {
    const session = sessions.find(cookiesOf(header("cookie")), header(CSRF_HEADER) ?? "");
    if (session === undefined) throw new NotLoggedInError();
    return session;
  };

  app.use(async (context, next) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    const { method, path } = context.req;
    checkPageRequest(port, { method, path, header: (name) => context.req.header(name) });
    await next();
  });

  app.post("/session", async (context) => {
    const request = { header: (name: string) => context.req.header(name), body: context.req.raw.body };
    const { code } = await readBody(request, loginRequest, { bytes: limits.loginBytes, depth: LOGIN_DEPTH });
    const keys = sessions.logIn(code, cookiesOf(context.req.header("cookie")));
    if (keys === undefined) throw new LoginRefusedError();
    context.header("set-cookie", setCookie(port, keys.cookie));
    return context.json({ csrf: keys.csrf });
  });

  app.delete("/session", (context) => {
    sessions.end(sessionOf((name) => context.req.header(name)));
    context.header("set-cookie", `${setCookie(port, "")}; Max-Age=0`);
    return context.json({});
  });

  app.use(`${API}/*`, async (context, next) => {
    sessionOf((name) => context.req.header(name));
    context.set("caller", "user");
    await next();
  });
  app.get(EVENTS_PATH, async (context) => {
    const session = sessionOf((name) => context.req.header(name));
    const body = await streams.open(context.env.outgoing, session);
    return context.body(body, 200, { "content-type": "text/event-stream; charset=utf-8" });
  });
  for (const name of PAGE_ROUTES)
    addRoute(
      app,
      name,
      { handlers, inFlight, waiting: inFlight, limits: PAGE_API_LIMITS, toolsChanged },
      API,
    );

  app.get("*", (context) => {
    const file = pages().get(context.req.path);
    if (file === undefined) throw new NoSuchPageError(context.req.path);
    return context.body(file.bytes, 200, { "content-type": file.type });
  });
  app.all("*", (context) => {
    throw new NoSuchPageError(context.req.path);
  });
  answerFailures(app, log);
  return app;
}

/** No `Secure`: there is no TLS on loopback, and not every browser takes such a cookie over HTTP. Ends with the browser. */
function setCookie(port: number, value: string): string {
  return `${cookieName(port)}=${value}; Path=/; HttpOnly; SameSite=Strict`;
}
