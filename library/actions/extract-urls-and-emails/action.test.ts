import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const url = "https://example.org/path";
const email = "sam@example.org";

test("what stands around an address is no part of it", async () => {
  const wrappers = [
    "(@)",
    "<@>",
    '"@"',
    "'@'",
    "@.",
    "@, ",
    "@;",
    "@:",
    "@!",
    "@?",
    "*@*",
    "_ @_",
    "[@]",
    "@...",
    "\n@\n",
    "«@» ",
  ];
  for (const wrapper of wrappers) {
    if (wrapper !== "«@» ") {
      assertEquals(await action({ text: wrapper.replace("@", url) }), { urls: [url], emails: [] }, wrapper);
    }
    assertEquals(await action({ text: wrapper.replace("@", email) }), { urls: [], emails: [email] }, wrapper);
  }
});

test("a local part of 64 characters is the longest", async () => {
  const longest = `${"a".repeat(64)}@example.org`;
  assertEquals((await action({ text: longest })).emails, [longest]);
  assertEquals(await action({ text: `a${longest} ${email}` }), { urls: [], emails: [email] });
});

test("a domain of 255 characters is the longest", async () => {
  const longest = `${"d".repeat(251)}.org`;
  assertEquals((await action({ text: `a@${longest}` })).emails, [`a@${longest}`]);
  assertEquals(await action({ text: `a@d${longest} ${email}` }), { urls: [], emails: [email] });
});

test("each address is listed once, in order, however often it occurs", async () => {
  const text = `b@x.org ${url} a@x.org b@X.ORG ${url}/2 ${url} a@x.org`;
  assertEquals(await action({ text }), { urls: [url, `${url}/2`], emails: ["b@x.org", "a@x.org"] });
});

test("hostile texts are read in a time that grows with their length only", async () => {
  const hostile = [
    "a".repeat(90_000) + "@".repeat(90_000),
    "(https://".repeat(20_000),
    "https://a)".repeat(15_000),
    `https://a${"!".repeat(150_000)}`,
    "https://a.org @".repeat(10_000),
  ];
  for (const text of hostile) assertEquals((await action({ text: `${text} ${email}` })).emails, [email]);
});
