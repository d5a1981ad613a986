import { assertEquals, test } from "action-collective/test";
import action from "./action.ts";

const lines = [
  "BEGIN:VCALENDAR",
  "BEGIN:VEVENT",
  "UID:42@example",
  "SUMMARY:Überraschung\\, eine lange Zeile mit Umlauten: äöüß",
  'ORGANIZER;CN="A; B";X-NOTE="c:d":mailto:a@example.org',
  "DTSTART;TZID=America/New_York:20240310T013000",
  "DURATION:PT45M",
  "END:VEVENT",
  "END:VCALENDAR",
];
const expected = {
  uid: "42@example",
  summary: "Überraschung, eine lange Zeile mit Umlauten: äöüß",
  start: "2024-03-10T01:30:00",
  end: "2024-03-10T02:15:00",
  allDay: false,
  timeZone: "America/New_York",
  organiser: { email: "a@example.org", name: "A; B" },
};

test("lines may be folded anywhere and end in any way", async () => {
  for (const width of [10, 21, 75])
    for (const fold of ["\r\n ", "\n\t"]) {
      const folded = lines.map((line) => line.match(new RegExp(`.{1,${width}}`, "gu"))?.join(fold));
      assertEquals((await action({ text: folded.join(fold.slice(0, -1)) })).events, [expected]);
    }
  const byteOrderMark = "\uFEFF";
  assertEquals(await action({ text: `${byteOrderMark}${lines.join("\r\n")}\r\n\r\n` }), {
    events: [expected],
  });
});

test("durations run over the ends of days, months and years", async () => {
  const cases = [
    ["20241231T230000Z", "PT2H", "2025-01-01T01:00:00Z"],
    ["20240228T120000", "P1D", "2024-02-29T12:00:00"],
    ["20240228", "P3D", "2024-03-02"],
    ["20240101T000000Z", "PT1S", "2024-01-01T00:00:01Z"],
    ["20240101T000000Z", "+P1WT1M", "2024-01-08T00:01:00Z"],
  ];
  for (const [start, duration, end] of cases) {
    const text = `BEGIN:VEVENT\nDTSTART:${start}\nDURATION:${duration}\nEND:VEVENT`;
    assertEquals((await action({ text })).events[0]?.end, end);
  }
});
