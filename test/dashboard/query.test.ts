import { routes } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { browseBody, filterCount, searchBody, wishOf } from "../../dashboard/src/actions/query.ts";

const wish = (search: string) => wishOf(new URLSearchParams(search));

describe("what the actions page asks for", () => {
  it("says every filter of the address", () => {
    const all = wish(
      "q=parse csv&verified=1&may=net&tags=csv, text&licence=MIT&language=typescript&score=50&author=12D3&mine=1&all=1",
    );
    expect(searchBody(all, 20, true)).toEqual({
      ...{ query: "parse csv", limit: 20, ask: true, mine: true, collapse: false },
      ...{ verified: true, permissions: ["net"], tags: ["csv", "text"], licences: ["MIT"] },
      ...{ languages: ["typescript"], minScore: 0.5, authors: ["12D3"] },
    });
    expect(filterCount(all)).toBe(9);
  });

  it("never puts what is being typed to neighbours, whatever the peer's settings say", () => {
    expect(searchBody(wish("q=secret plan"), 20, false)).toEqual({
      query: "secret plan",
      limit: 20,
      ask: false,
    });
  });

  it("stays within the contract, whatever stands in the address", () => {
    const strange = wish(
      `q=${"x".repeat(5_000)}&tags=${"t".repeat(99)},${"a,".repeat(40)}&licence=${"l".repeat(99)}&language=cobol&score=900&may=root&sort=worst&standing=odd&author=${"p".repeat(500)}`,
    );
    expect(routes.search.body.safeParse(searchBody(strange, 20, false)).success).toBe(true);
    expect(routes.browse.body.safeParse(browseBody(strange, undefined)).success).toBe(true);
    expect(browseBody(wish("sort=score&standing=failed&may=pure"), "next")).toEqual({
      ...{ sort: "score", standing: "failed", permissions: [], after: "next" },
    });
  });
});
