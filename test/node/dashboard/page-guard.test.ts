import { describe, expect, it } from "vitest";
import { ForeignPageError } from "../../../node/src/dashboard/errors.ts";
import { checkPageRequest, cookiesNamed } from "../../../node/src/dashboard/page-guard.ts";

const PORT = 4012;
const HOST = "127.0.0.1:4012";
const ORIGIN = `http://${HOST}`;

function passes(method: string, path: string, headers: Record<string, string>, port = PORT): boolean {
  try {
    checkPageRequest(port, { method, path, header: (name) => headers[name] });
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ForeignPageError);
    return false;
  }
}

describe("the guard of the dashboard", () => {
  it("knows one address: no other name of this machine, and none that was made to lead here", () => {
    expect(passes("GET", "/", { host: HOST })).toBe(true);
    expect(passes("GET", "/", { host: "127.0.0.1" }, 80)).toBe(true);
    for (const host of [
      "localhost:4012",
      "[::1]:4012",
      "127.0.0.1",
      "127.0.0.1:4011",
      "evil.example:4012",
      "127.0.0.1:4012.evil.example",
      "",
    ])
      expect(passes("GET", "/", { host }), host).toBe(false);
    expect(passes("GET", "/", {})).toBe(false);
  });

  it("takes what its own page asks for, and from no other origin", () => {
    const own = { host: HOST, origin: ORIGIN, "sec-fetch-site": "same-origin" };
    expect(passes("POST", "/api/v1/search", own)).toBe(true);
    expect(passes("DELETE", "/session", own)).toBe(true);
    for (const origin of [
      "null",
      "http://127.0.0.1:4011",
      "http://localhost:4012",
      "https://127.0.0.1:4012",
    ]) {
      expect(passes("POST", "/session", { host: HOST, origin }), origin).toBe(false);
      expect(passes("GET", "/api/v1/status", { host: HOST, origin }), origin).toBe(false);
    }
    expect(passes("POST", "/session", { host: HOST }), "no origin").toBe(false);
    const typed = { host: HOST, "sec-fetch-site": "none" };
    expect(passes("GET", "/", typed)).toBe(true);
    expect(passes("POST", "/session", { ...typed, origin: ORIGIN }), "nobody types a POST").toBe(false);
  });

  it("takes nothing that a page elsewhere caused, another port of this host included", () => {
    for (const site of ["cross-site", "same-site", "nonsense"]) {
      const fetched = { host: HOST, "sec-fetch-site": site, "sec-fetch-mode": "no-cors" };
      expect(passes("GET", "/api/v1/status", fetched), site).toBe(false);
      expect(passes("GET", "/assets/index.js", fetched), site).toBe(false);
      expect(passes("GET", "/", { ...fetched, "sec-fetch-dest": "script" }), site).toBe(false);
    }
  });

  it("lets a browser be sent to the page, into a window and not into a frame", () => {
    const sent = { host: HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(passes("GET", "/", { ...sent, "sec-fetch-dest": "document" })).toBe(true);
    expect(passes("GET", "/", { ...sent, "sec-fetch-dest": "iframe" })).toBe(false);
    expect(passes("GET", "/api/v1/status", { ...sent, "sec-fetch-dest": "document" })).toBe(false);
    // A form of another site.
    expect(passes("POST", "/", { ...sent, "sec-fetch-dest": "document", origin: "null" })).toBe(false);
    expect(passes("GET", "/", { host: HOST, "sec-fetch-site": "none" })).toBe(true);
  });

  it("finds the cookies of its own name, a bounded number of them", () => {
    const header = "a=1; collective-4012=x; collective-40123=no; collective-4012=y=z ;collective-4012=third";
    expect(cookiesNamed("collective-4012", header, 2)).toEqual(["x", "y=z"]);
    expect(cookiesNamed("collective-4012", undefined, 2)).toEqual([]);
  });
});
