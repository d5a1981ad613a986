import { type RouteName, routes } from "@action-collective/protocol";
import { expect, test } from "vitest";
import { REQUESTED_ROUTES, requestedRoute, statusClass } from "../../../node/src/metrics/route-name.ts";
import { runStatus } from "../../../node/src/metrics/run-status.ts";

test("each route of the contract is known by its name, whatever its reference", () => {
  for (const [name, { method, path }] of Object.entries(routes)) {
    const of = (ref: string) => requestedRoute(method.toUpperCase(), `${path.replace("{ref}", ref)}?x=1`);
    expect(of("bafyreia"), name).toBe(name as RouteName);
    expect(of("%2Fa%20name"), name).toBe(name as RouteName);
  }
});

test("everything else has one name of a short list", () => {
  expect(requestedRoute("POST", "/mcp")).toBe("mcp");
  expect(requestedRoute("GET", "/v1/openapi.json")).toBe("openapi");
  for (const [method, url] of [
    ["GET", "/v1/actions//run"],
    ["GET", "/v1/__proto__"],
    ["BREW", "/v1/status"],
    ["GET", undefined],
    [undefined, "/v1/status"],
    ["GET", `/v1/actions/${"x/".repeat(2_000)}`],
  ] as const)
    expect(requestedRoute(method, url), url).toBe("none");
  expect(REQUESTED_ROUTES).toContain("none");
});

test("statuses are classes, and codes of runs a closed list", () => {
  expect([200, 204, 302, 404, 503].map((status) => statusClass(status, true))).toEqual([
    "2xx",
    "2xx",
    "3xx",
    "4xx",
    "5xx",
  ]);
  expect(statusClass(200, false)).toBe("gone");
  expect(runStatus("action-threw")).toBe("action-threw");
  expect(runStatus("whatever a stranger says")).toBe("other");
});
