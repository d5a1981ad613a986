import { describe, expect, it } from "vitest";
import { DASHBOARD_LIMITS } from "../../../node/src/dashboard/limits.ts";
import { type Keys, Sessions } from "../../../node/src/dashboard/sessions.ts";

/** A clock that is set, and secrets that are counted. */
function parts() {
  let now = 1_000;
  let drawn = 0;
  return {
    later: (ms: number) => {
      now += ms;
    },
    clock: () => now,
    random: (bytes: number) => Buffer.alloc(bytes, ++drawn),
  };
}

function loggedIn(sessions: Sessions, cookies: readonly string[] = []): Keys {
  const keys = sessions.logIn(sessions.makeCode(), cookies);
  if (keys === undefined) throw new Error("the code did not count");
  return keys;
}

describe("sessions of the dashboard", () => {
  it("take a code once, and not another in its place", () => {
    const sessions = new Sessions(parts());
    const code = sessions.makeCode();
    expect(sessions.logIn(`${code}x`)).toBeUndefined();
    const keys = sessions.logIn(code);
    expect(keys).toEqual({
      cookie: expect.stringMatching(/^[\w-]{43}$/),
      csrf: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(keys?.cookie).not.toBe(keys?.csrf);
    expect(sessions.logIn(code)).toBeUndefined();
  });

  it("take a code for a minute", () => {
    const time = parts();
    const sessions = new Sessions(time);
    const [early, late] = [sessions.makeCode(), sessions.makeCode()];
    time.later(DASHBOARD_LIMITS.codeMs - 1);
    expect(sessions.logIn(early)).toBeDefined();
    time.later(1);
    expect(sessions.logIn(late)).toBeUndefined();
  });

  it("keep a bounded number of unused codes, and wrong ones push none out", () => {
    const sessions = new Sessions(parts());
    const codes = Array.from({ length: DASHBOARD_LIMITS.codes + 1 }, () => sessions.makeCode());
    for (let n = 0; n < 10_000; n++) if (sessions.logIn(`wrong ${n}`) !== undefined) expect.unreachable();
    expect(sessions.logIn(codes[0] ?? "")).toBeUndefined();
    for (const code of codes.slice(1)) expect(sessions.logIn(code)).toBeDefined();
  });

  it("want the cookie and the header of one session", () => {
    const sessions = new Sessions(parts());
    const [one, other] = [loggedIn(sessions), loggedIn(sessions)];
    expect(sessions.find([one.cookie], one.csrf)).toBeDefined();
    expect(sessions.find([one.cookie], "")).toBeUndefined();
    expect(sessions.find([], one.csrf)).toBeUndefined();
    expect(sessions.find([one.cookie], other.csrf)).toBeUndefined();
    expect(sessions.find([one.csrf], one.cookie)).toBeUndefined();
  });

  it("are found among cookies that another server set under the same name", () => {
    const sessions = new Sessions(parts());
    const { cookie, csrf } = loggedIn(sessions);
    expect(sessions.find(["planted", cookie], csrf)).toBeDefined();
  });

  it("end after half a day without use, and use puts that off", () => {
    const time = parts();
    const sessions = new Sessions(time);
    const { cookie, csrf } = loggedIn(sessions);
    const session = sessions.find([cookie], csrf);
    if (session === undefined) throw new Error("the session was not found");
    time.later(DASHBOARD_LIMITS.idleMs - 1);
    expect(sessions.find([cookie], csrf)).toBe(session);
    time.later(DASHBOARD_LIMITS.idleMs - 1);
    expect(sessions.isLive(session)).toBe(true);
    time.later(1);
    expect(sessions.isLive(session)).toBe(false);
    expect(sessions.find([cookie], csrf)).toBeUndefined();
    expect(session.ended.signal.aborted).toBe(true);
  });

  it("end for good once somebody else logs in, when they were unused for so long", () => {
    const time = parts();
    const sessions = new Sessions(time);
    const { cookie, csrf } = loggedIn(sessions);
    const session = sessions.find([cookie], csrf);
    time.later(DASHBOARD_LIMITS.idleMs);
    expect(session?.ended.signal.aborted).toBe(false);
    loggedIn(sessions);
    expect(session?.ended.signal.aborted).toBe(true);
  });

  it("are at most sixteen: the one longest unused goes", () => {
    const sessions = new Sessions(parts());
    const first = loggedIn(sessions);
    const second = loggedIn(sessions);
    for (let n = 2; n < DASHBOARD_LIMITS.sessions; n++) loggedIn(sessions);
    expect(sessions.find([first.cookie], first.csrf)).toBeDefined();
    loggedIn(sessions);
    expect(sessions.find([first.cookie], first.csrf)).toBeDefined();
    expect(sessions.find([second.cookie], second.csrf)).toBeUndefined();
  });

  it("end when they are told to, all with the peer, and one by a new log-in of its browser", () => {
    const sessions = new Sessions(parts());
    const one = loggedIn(sessions);
    const session = sessions.find([one.cookie], one.csrf);
    const again = loggedIn(sessions, [one.cookie]);
    expect(session?.ended.signal.aborted).toBe(true);
    expect(sessions.find([one.cookie], one.csrf)).toBeUndefined();
    const found = sessions.find([again.cookie], again.csrf);
    if (found === undefined) throw new Error("the session was not found");
    sessions.end(found);
    expect(sessions.find([again.cookie], again.csrf)).toBeUndefined();
    const unused = sessions.makeCode();
    const last = loggedIn(sessions);
    sessions.endAll();
    expect(sessions.find([last.cookie], last.csrf)).toBeUndefined();
    expect(sessions.logIn(unused)).toBeUndefined();
  });
});
