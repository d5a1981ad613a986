import { describe, expect, it } from "vitest";
import {
  agoText,
  bytesText,
  countText,
  durationText,
  shortId,
  spanText,
} from "../../dashboard/src/format.ts";

describe("numbers and times on the pages", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1 kB"],
    [1_460, "1.46 kB"],
    [99_960, "100 kB"],
    [999_600, "1 MB"],
    [2_147_483_648, "2.15 GB"],
    [5e15, "5000 TB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it("counts time from now in its largest whole unit, both ways", () => {
    const now = 1_000_000_000_000;
    expect(agoText(now - 400, now)).toBe("just now");
    expect(agoText(now - 59_999, now)).toBe("59 s ago");
    expect(agoText(now - 60_000, now)).toBe("1 min ago");
    expect(agoText(now - 26 * 3_600_000, now)).toBe("1 d ago");
    expect(agoText(now + 7_200_000, now)).toBe("in 2 h");
    expect(spanText(400 * 86_400_000)).toBe("1 y");
  });

  it("writes durations, counts and ids so that they can be compared", () => {
    expect(durationText(12.4)).toBe("12 ms");
    expect(durationText(1_234)).toBe("1.23 s");
    expect(durationText(12_340)).toBe("12.3 s");
    expect(countText(1, "action")).toBe("1 action");
    expect(countText(1_200, "entry", "entries")).toBe("1,200 entries");
    expect(shortId("bafyreibkoac5lpznt2bwfcmk7l3")).toBe("bafyre…cmk7l3");
    expect(shortId("short")).toBe("short");
  });
});
