import { closesAt, nextReading, openDay, opensAt } from "../../src/sources/day-schedule";

const at = (time: string) => new Date(`${time}:00Z`);

describe("a day of Hugging Face", () => {
  test.each([
    ["2026-03-07", "2026-03-07T02:30", "2026-03-08T02:30"],
    // New York's clocks are put forward on March 8, and back on November 1.
    ["2026-03-08", "2026-03-08T02:30", "2026-03-09T01:30"],
    ["2026-03-09", "2026-03-09T01:30", "2026-03-10T01:30"],
    ["2026-11-01", "2026-11-01T01:30", "2026-11-02T02:30"],
    ["2026-11-02", "2026-11-02T02:30", "2026-11-03T02:30"],
    ["2027-01-01", "2027-01-01T02:30", "2027-01-02T02:30"],
  ])(
    "%s opens at half past nine in the evening before, in New York, and closes when the next one opens",
    (day, opens, closes) => {
      expect([opensAt(day), closesAt(day)]).toEqual([at(opens), at(closes)]);
      expect(openDay(at(opens))).toBe(day);
      expect(openDay(new Date(at(closes).getTime() - 1))).toBe(day);
      expect(openDay(at(closes))).not.toBe(day);
    },
  );

  test.each([
    ["every ten minutes at first", "2026-05-05T02:00", "2026-05-05T02:10"],
    ["hourly when it is twelve hours old", "2026-05-05T13:31", "2026-05-05T14:31"],
    ["when it closes", "2026-05-06T01:00", "2026-05-06T01:30"],
    ["an hour after the close", "2026-05-06T01:30", "2026-05-06T02:30"],
    ["six hours after it", "2026-05-06T02:30", "2026-05-06T07:30"],
    ["a day after it", "2026-05-06T07:31", "2026-05-07T01:30"],
    ["daily", "2026-05-18T01:31", "2026-05-19T01:30"],
    ["for two weeks", "2026-05-19T01:31", "2026-05-20T01:30"],
  ])("is read again %s", (_, readAt, next) => {
    expect(nextReading("2026-05-05", at(readAt))).toEqual(at(next));
  });

  test("is not read again after that", () => {
    expect(nextReading("2026-05-05", at("2026-05-20T01:30"))).toBeNull();
    expect(nextReading("2026-05-05", at("2027-05-20T01:30"))).toBeNull();
  });
});
