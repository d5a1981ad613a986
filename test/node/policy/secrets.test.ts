import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionId } from "@action-collective/protocol";
import { describe, expect, it } from "vitest";
import { Redactor } from "../../../node/src/policy/redact.ts";
import { parseSecrets, readSecrets, secretsFor } from "../../../node/src/policy/secrets-file.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";

const ID = "bafy-one" as ActionId;
const TOKEN = "s3cr3t/t0ken+value";

describe("the file of secrets", () => {
  it("gives a value to the actions it names, and to no other", () => {
    const secrets = parseSecrets(
      JSON.stringify({ A: { value: TOKEN, actions: [ID] }, B: { value: TOKEN, actions: ["other"] } }),
      "f",
    );
    expect(secretsFor(secrets, ID, ["A", "B", "C", "constructor"])).toEqual({ A: TOKEN });
    expect(secretsFor(secrets, "other" as ActionId, ["A"])).toEqual({});
  });

  it("is refused with a reason that quotes nothing of it", () => {
    const wrong = [
      `{"A": "${TOKEN}"`,
      `{"A": {"value": "${TOKEN}"}}`,
      `{"A": {"value": "${TOKEN}", "actions": "all"}}`,
      `{"a b": {"value": "${TOKEN}", "actions": []}}`,
      `{"A": {"value": "short", "actions": []}}`,
      `["${TOKEN}"]`,
    ];
    for (const text of wrong) {
      const read = () => parseSecrets(text, "secrets.json");
      expect(read).toThrow(/^secrets\.json is not/);
      expect(read).not.toThrow(TOKEN);
    }
  });

  it("is not read when others can read it; without one there are no secrets", async () => {
    await using folder = await temporaryFolder();
    const home = folder.path;
    expect(await readSecrets(home)).toEqual({});
    const path = join(home, "secrets.json");
    await writeFile(path, JSON.stringify({ A: { value: TOKEN, actions: [] } }), { mode: 0o644 });
    await expect(readSecrets(home)).rejects.toThrow("can be read by others");
    await chmod(path, 0o600);
    expect(await readSecrets(home)).toEqual({ A: { value: TOKEN, actions: [] } });
  });
});

describe("the redactor", () => {
  const redactor = new Redactor({ TOKEN, KEY: "first line of key\nsecond line of key" });

  it("blots a value out in every form that honest code gives it", () => {
    for (const form of [
      TOKEN,
      encodeURIComponent(TOKEN),
      Buffer.from(TOKEN).toString("base64"),
      Buffer.from(TOKEN).toString("base64url"),
      JSON.stringify({ TOKEN: TOKEN }),
    ]) {
      expect(redactor.text(`before ${form} after`)).toMatch(/^before .*\[TOKEN\].* after$/);
      expect(redactor.text(form)).not.toContain(TOKEN);
    }
    expect(redactor.text("x second line of key x")).toBe("x [KEY] x");
    expect(redactor.text("nothing here")).toBe("nothing here");
  });

  it("blots out the beginning of a value where a text was cut", () => {
    expect(redactor.text(`log ${TOKEN.slice(0, 9)}`)).toBe("log [TOKEN]");
    expect(redactor.text(`log ${TOKEN.slice(0, 9)}…`)).toBe("log [TOKEN]");
    expect(redactor.text(`log ${TOKEN.slice(0, 3)}`)).toBe(`log ${TOKEN.slice(0, 3)}`);
  });

  it("cleans every text of a value, keys included", () => {
    const value = { a: [TOKEN, 1, null], [TOKEN]: { b: `x${TOKEN}` } };
    expect(redactor.json(value)).toEqual({ a: ["[TOKEN]", 1, null], "[TOKEN]": { b: "x[TOKEN]" } });
  });
});
