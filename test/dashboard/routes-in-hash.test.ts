import { describe, expect, it } from "vitest";
import { href, parseHash, type ViewName } from "../../dashboard/src/routes-in-hash.ts";

const placed = (hash: string) => {
  const { view, ref, query } = parseHash(hash);
  return { view, ref, query: Object.fromEntries(query) };
};

describe("addresses of the pages", () => {
  it.each<[string, ViewName, string]>([
    ["", "overview", ""],
    ["#/", "overview", ""],
    ["#/actions", "actions", ""],
    ["#/actions/", "actions", ""],
    ["#/actions/bafyabc", "action", "bafyabc"],
    ["#/network", "network", ""],
    ["#/network/12D3KooW", "peer", "12D3KooW"],
    ["#/reputation/bafyabc", "reputation", "bafyabc"],
    ["#/reputation", "reputation", ""],
    ["#/runs", "runs", ""],
    ["#/policy", "policy", ""],
  ])("%s is the view %s", (hash, view, ref) => {
    expect(placed(hash)).toEqual({ view, ref, query: {} });
  });

  it.each(["#/nothing", "#/runs/x", "#/actions/a/b", "#/actions/%E0%A4%A", "#/constructor", "#login=x"])(
    "%s is no view",
    (hash) => {
      expect(placed(hash).view).toBe("unknown");
    },
  );

  it("leads back to where it was made, whatever is in it", () => {
    const strange = "a/b?c#d é%";
    expect(placed(href("action", strange, { tab: "code" }))).toEqual({
      view: "action",
      ref: strange,
      query: { tab: "code" },
    });
    expect(placed(href("actions", "", { q: "csv & more?", mine: "" }))).toEqual({
      view: "actions",
      ref: "",
      query: { q: "csv & more?" },
    });
    expect(href("overview")).toBe("#/");
    expect(href("peer", "12D3")).toBe("#/network/12D3");
  });
});
