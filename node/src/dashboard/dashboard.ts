import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { DashboardLink, Status } from "@action-collective/protocol";
import type { ApiLog } from "../api/add-route.ts";
import { ApiUnavailableError } from "../api/errors.ts";
import type { ApiHandlers } from "../api/handlers.ts";
import {
  closeServer,
  createBoundedServer,
  isPortTaken,
  LOOPBACK,
  listenOnLoopback,
  portOf,
} from "../api/http-server.ts";
import { InFlight } from "../api/in-flight.ts";
import { StoppingError } from "../errors.ts";
import type { EventHub } from "../events/event-hub.ts";
import { createDashboardApp } from "./app.ts";
import { DASHBOARD_LIMITS, type DashboardLimits, PAGE_API_LIMITS } from "./limits.ts";
import { originOf } from "./page-guard.ts";
import { PageStreams } from "./page-streams.ts";
import { PAGES_FOLDER, type Pages, readPages } from "./pages.ts";
import { Sessions } from "./sessions.ts";
import { StatusWatch } from "./status-watch.ts";

export interface DashboardOptions {
  readonly handlers: ApiHandlers;
  readonly events: EventHub;
  /** Loopback TCP port to try first; 0 takes any free one. */
  readonly port: number;
  /** Called after what agents get as tools may have changed. */
  readonly toolsChanged: () => Promise<void>;
  readonly log: ApiLog;
  /** Where the built pages are. */
  readonly folder?: string;
  readonly limits?: Partial<DashboardLimits>;
  /** In milliseconds, from any moment on, never set back; this machine's unless given. */
  readonly elapsed?: () => number;
}

const STATUS_MS = 5_000;

/** The pages for people, on an origin of their own. Nothing listens before the first link is asked for. */
export class Dashboard {
  readonly #options: DashboardOptions;
  readonly #limits: DashboardLimits;
  readonly #sessions: Sessions;
  readonly #streams: PageStreams;
  readonly #inFlight = new InFlight(PAGE_API_LIMITS.inFlight);
  #pages: Pages = new Map();
  #listening: Promise<Server> | undefined;
  #isClosed = false;

  constructor(options: DashboardOptions) {
    this.#options = options;
    const limits = { ...DASHBOARD_LIMITS, ...options.limits };
    this.#limits = limits;
    const { events, log, elapsed = () => performance.now() } = options;
    const sessions = new Sessions({ clock: elapsed, random: randomBytes }, limits);
    this.#sessions = sessions;
    const status = () => this.#status();
    const statusWatch = new StatusWatch({
      ...{ status, everyMs: limits.statusMs, clock: Date.now },
      publish: (event) => events.publish(event),
      log: (message) => log("warn", message),
    });
    this.#streams = new PageStreams({ events, sessions, status, statusWatch, limits });
  }

  /**
   * A link that logs one browser in, once, within a minute. The code is in the fragment, which no browser sends and no log has.
   * @throws {PagesMissingError | ApiUnavailableError | StoppingError}
   */
  async link(): Promise<DashboardLink> {
    const { folder = PAGES_FOLDER } = this.#options;
    this.#pages = await readPages(folder, this.#limits);
    if (this.#isClosed) throw new StoppingError();
    this.#listening ??= this.#listen();
    const server = await this.#listening.catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    if (this.#isClosed) throw new StoppingError();
    const expiresAt = Date.now() + this.#limits.codeMs;
    return { url: `${originOf(portOf(server))}/#login=${this.#sessions.makeCode()}`, expiresAt };
  }

  /** Ends every session; work for open requests is aborted and connections are cut. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#sessions.endAll();
    this.#streams.closeAll();
    this.#inFlight.cut();
    const server = await this.#listening?.catch(() => undefined);
    if (server !== undefined) await closeServer(server);
  }

  async #listen(): Promise<Server> {
    const { port, log } = this.#options;
    const server: Server = createBoundedServer(PAGE_API_LIMITS, () => this.#app(portOf(server)));
    try {
      await listenOnLoopback(server, port).catch(async (error: unknown) => {
        if (!isPortTaken(error) || port === 0) throw error;
        log("info", `port ${port} is taken; the dashboard takes another`);
        await listenOnLoopback(server, 0);
      });
    } catch (error) {
      throw new ApiUnavailableError(`${LOOPBACK}:${port}`, error);
    }
    return server;
  }

  #app(port: number) {
    const { handlers, toolsChanged, log } = this.#options;
    return createDashboardApp({
      ...{ port, handlers, toolsChanged, log },
      sessions: this.#sessions,
      streams: this.#streams,
      inFlight: this.#inFlight,
      limits: this.#limits,
      pages: () => this.#pages,
    });
  }

  #status(): Promise<Status> {
    const signal = AbortSignal.timeout(STATUS_MS);
    return this.#options.handlers.status({ ref: "", body: undefined, signal, caller: "user" });
  }
}
