import { describe, expect, it } from "vitest";
import { changedServers, HostFileError } from "../../../node/src/cli/mcp-settings.ts";

const entry = { type: "stdio", command: "/usr/bin/node", args: ["/opt/collective.js", "mcp"] };
const change = { file: "mcp.json", key: "mcpServers", name: "collective", entry };
const removal = { ...change, entry: undefined };

describe("a host's file", () => {
  it("is made where there is none", () => {
    for (const before of [undefined, "", "  \n"])
      expect(JSON.parse(changedServers(before, change) ?? "")).toEqual({ mcpServers: { collective: entry } });
    expect(changedServers(undefined, removal)).toBeUndefined();
  });

  it("keeps everything else, its order and its indentation", () => {
    const before =
      '{\n\t"z": [1, 2.5, -3e4],\n\t"mcpServers": {\n\t\t"other": { "url": "x" }\n\t},\n\t"a": "\\u00e9 \\"//\\" 12345678901234567890"\n}\n';
    const after = changedServers(before, change) ?? "";
    expect(JSON.parse(after)).toEqual({
      ...(JSON.parse(before) as object),
      mcpServers: { other: { url: "x" }, collective: entry },
    });
    expect(Object.keys(JSON.parse(after) as object)).toEqual(["z", "mcpServers", "a"]);
    expect(after).toContain('\n\t"mcpServers": {\n\t\t"other"');
    expect(JSON.parse(changedServers(after, removal) ?? "")).toEqual(JSON.parse(before));
  });

  it("changes nothing the second time, and nothing that is not there", () => {
    const once = changedServers(undefined, change);
    expect(changedServers(once, change)).toBeUndefined();
    expect(changedServers('{"mcpServers":{"toString":{}}}', { ...removal, name: "valueOf" })).toBeUndefined();
  });

  it("keeps a byte order mark and the ends of lines", () => {
    const before = '\ufeff{\r\n  "a": "x"\r\n}\r\n';
    const after = changedServers(before, change) ?? "";
    expect(after.startsWith('\ufeff{\r\n  "a": "x",\r\n  "mcpServers": {\r\n')).toBe(true);
    expect(after.replaceAll("\r\n", "")).not.toContain("\n");
    expect(changedServers(after, change)).toBeUndefined();
  });

  it("keeps what the user set on the entry itself", () => {
    const before = JSON.stringify({
      mcpServers: { collective: { command: "old", env: { A: "1" }, disabled: true } },
    });
    expect(JSON.parse(changedServers(before, change) ?? "")).toEqual({
      mcpServers: { collective: { ...entry, env: { A: "1" }, disabled: true } },
    });
  });

  it.each([
    ["comments", '{\n  // mine\n  "mcpServers": {}\n}', /comments/],
    ["a comment at the end of a line", '{ "a": 1 /* one */ }', /comments/],
    ["no JSON", "{ mcpServers }", /not JSON/],
    ["no object", "[]", /no JSON object/],
    ["servers that are no object", '{"mcpServers":[]}', /"mcpServers" is no object/],
    ["a name twice", '{"a":1,"a":2}', /twice/],
    ["a number that would change", '{"a":12345678901234567890}', /number/],
  ])("is refused when it holds %s", (_, before, why) => {
    for (const one of [change, removal]) {
      const attempt = () => changedServers(before, one);
      expect(attempt).toThrow(HostFileError);
      expect(attempt).toThrow(why);
    }
  });
});
