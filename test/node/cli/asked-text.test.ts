import { expect, test } from "vitest";
import { askedNote } from "../../../node/src/cli/asked-text.ts";

test("what asking came to is said in a line", () => {
  expect(askedNote({ asked: { peers: 3, new: 2 }, weak: false })).toBe("Asked 3 peers: 2 new actions.");
  expect(askedNote({ asked: { peers: 1, new: 1 }, weak: true }, true)).toBe("Asked 1 peer: 1 new action.");
  expect(askedNote({ asked: { peers: 2, new: 0 }, weak: true })).toBe("Asked 2 peers: nothing new.");
});

test("a weak answer says what could be done and what that gives away, unless the user has said", () => {
  expect(askedNote({ asked: null, weak: true })).toMatch(/--ask.*words of the query are sent/);
  expect(askedNote({ asked: null, weak: true }, false)).toBeUndefined();
  expect(askedNote({ asked: null, weak: false })).toBeUndefined();
  expect(askedNote({ asked: null, weak: false }, true)).toMatch(/^No peer was asked/);
});
