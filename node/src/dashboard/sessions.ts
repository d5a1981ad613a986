import { createHash, timingSafeEqual } from "node:crypto";
import { DASHBOARD_LIMITS, type DashboardLimits } from "./limits.ts";

/** What a browser that logged in is given: both are needed for every call. */
export interface Keys {
  /** For the cookie. Browsers send it along to any port of this host, so it alone opens nothing. */
  readonly cookie: string;
  /** For the header, kept by the page: no other origin can read it. */
  readonly csrf: string;
}

export interface Session {
  readonly csrf: Buffer;
  usedAt: number;
  /** Aborts when the session ends, so that what is open for it ends too. */
  readonly ended: AbortController;
}

export interface SessionParts {
  /** In milliseconds, from any moment on; never set back. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Buffer;
}

const SECRET_BYTES = 32;

/**
 * Who is logged in. Only digests are kept, and looked up by: neither the time a look-up takes nor this memory tells a secret.
 */
export class Sessions {
  readonly #parts: SessionParts;
  readonly #limits: DashboardLimits;
  /** Digest of a code → when it is too old. */
  readonly #codes = new Map<string, number>();
  /** Digest of a cookie → session, in the order of their last use. */
  readonly #sessions = new Map<string, Session>();

  constructor(parts: SessionParts, limits: DashboardLimits = DASHBOARD_LIMITS) {
    this.#parts = parts;
    this.#limits = limits;
  }

  /** A code that logs one browser in, once, within a minute. */
  makeCode(): string {
    const { clock } = this.#parts;
    const code = this.#secret();
    this.#codes.set(hex(code), clock() + this.#limits.codeMs);
    dropOldest(this.#codes, this.#limits.codes);
    return code;
  }

  /**
   * @param cookies those that came with the request: a session of the same browser ends with this
   * @returns undefined when the code does not count, or not any more; other codes are as good as before
   */
  logIn(code: string, cookies: readonly string[] = []): Keys | undefined {
    const key = hex(code);
    const until = this.#codes.get(key);
    this.#codes.delete(key);
    const now = this.#parts.clock();
    if (until === undefined || now >= until) return undefined;
    for (const before of cookies) this.#end(hex(before));
    const keys = { cookie: this.#secret(), csrf: this.#secret() };
    const session = { csrf: digest(keys.csrf), usedAt: now, ended: new AbortController() };
    this.#sessions.set(hex(keys.cookie), session);
    for (const [id, { usedAt }] of this.#sessions) if (now - usedAt >= this.#limits.idleMs) this.#end(id);
    for (const id of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#limits.sessions) break;
      this.#end(id);
    }
    return keys;
  }

  /** The session that a cookie and a header belong to; this counts as its use. */
  find(cookies: readonly string[], csrf: string): Session | undefined {
    for (const id of cookies.map(hex)) {
      const session = this.#sessions.get(id);
      if (session === undefined || !timingSafeEqual(session.csrf, digest(csrf))) continue;
      if (!this.isLive(session)) {
        this.#end(id);
        continue;
      }
      session.usedAt = this.#parts.clock();
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return session;
    }
    return undefined;
  }

  isLive({ usedAt, ended }: Session): boolean {
    return !ended.signal.aborted && this.#parts.clock() - usedAt < this.#limits.idleMs;
  }

  end(session: Session): void {
    for (const [id, one] of this.#sessions) if (one === session) this.#end(id);
  }

  endAll(): void {
    this.#codes.clear();
    for (const id of this.#sessions.keys()) this.#end(id);
  }

  #end(id: string): void {
    this.#sessions.get(id)?.ended.abort(new DOMException("The session has ended", "AbortError"));
    this.#sessions.delete(id);
  }

  #secret(): string {
    return this.#parts.random(SECRET_BYTES).toString("base64url");
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function hex(text: string): string {
  return digest(text).toString("hex");
}
