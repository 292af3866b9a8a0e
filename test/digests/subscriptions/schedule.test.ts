import { DigestFrequency, Weekday } from "../../../src/digests/digest.types";
import { nextSendAt, type Schedule, weekdayAfterClose } from "../../../src/digests/subscriptions/schedule";

const HOUR_MS = 3_600_000;

describe("the next digest", () => {
  const subscription = (over: Partial<Schedule> = {}): Schedule => ({
    id: 10,
    frequency: DigestFrequency.DAILY,
    weekday: Weekday.MONDAY,
    hour: 7,
    timeZone: "UTC",
    ...over,
  });
  /** The times that follow each other, each looked for from the one before. */
  const times = (over: Partial<Schedule>, from: string, count: number) => {
    const found: string[] = [];
    for (let at = new Date(from); found.length < count; found.push(at.toISOString()))
      at = nextSendAt(subscription(over), at);
    return found;
  };
  /** Kept: one takes longer to make than a year of digests to compute. */
  const formats = new Map<string, Intl.DateTimeFormat>();
  const shown = (at: string, timeZone: string) => {
    const format =
      formats.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    formats.set(timeZone, format);
    return format.format(new Date(at));
  };

  test("comes at the local hour where the day begins first, and where zones are half an hour apart", () => {
    expect(times({ timeZone: "Pacific/Apia" }, "2026-10-07T18:00:00Z", 2)).toEqual([
      "2026-10-08T18:00:00.000Z",
      "2026-10-09T18:00:00.000Z",
    ]);
    expect(times({ timeZone: "Asia/Kolkata" }, "2026-10-07T01:29:59Z", 2)).toEqual([
      "2026-10-07T01:30:00.000Z",
      "2026-10-08T01:30:00.000Z",
    ]);
  });

  test("stays at the local hour when New York's clocks change, both ways", () => {
    const timeZone = "America/New_York";
    expect(times({ timeZone }, "2026-03-07T00:00:00Z", 3)).toEqual([
      "2026-03-07T12:00:00.000Z",
      "2026-03-08T11:00:00.000Z",
      "2026-03-09T11:00:00.000Z",
    ]);
    expect(times({ timeZone }, "2026-10-31T00:00:00Z", 3)).toEqual([
      "2026-10-31T11:00:00.000Z",
      "2026-11-01T12:00:00.000Z",
      "2026-11-02T12:00:00.000Z",
    ]);
  });

  test("in an hour that the clocks skip comes an hour later, and in one that they repeat once", () => {
    const timeZone = "America/New_York";
    expect(times({ timeZone, hour: 2 }, "2026-03-07T12:00:00Z", 2)).toEqual([
      "2026-03-08T07:00:00.000Z",
      "2026-03-09T06:00:00.000Z",
    ]);
    expect(times({ timeZone, hour: 1 }, "2026-10-31T12:00:00Z", 2)).toEqual([
      "2026-11-01T05:00:00.000Z",
      "2026-11-02T06:00:00.000Z",
    ]);
    expect(times({ timeZone: "Europe/Berlin", hour: 2 }, "2026-10-24T12:00:00Z", 2)).toEqual([
      // Feeds close at midnight in UTC.
      "2026-10-25T00:10:00.000Z",
      "2026-10-26T01:00:00.000Z",
    ]);
  });

  test("comes on the day after where a whole day was skipped", () => {
    const found = times({ timeZone: "Pacific/Apia" }, "2011-12-29T12:00:00Z", 3);
    expect(found.map((at) => shown(at, "Pacific/Apia"))).toEqual([
      "2011-12-29 07:00",
      "2011-12-31 07:00",
      "2012-01-01 07:00",
    ]);
  });

  test("on weekdays leaves out the weekend of the reader's zone", () => {
    const found = times({ frequency: DigestFrequency.WEEKDAYS, timeZone: "Pacific/Apia" }, "2026-10-08T00:00:00Z", 3);
    expect(found.map((at) => shown(at, "Pacific/Apia"))).toEqual([
      "2026-10-09 07:00",
      "2026-10-12 07:00",
      "2026-10-13 07:00",
    ]);
  });

  test("comes weekly on the day that was asked for", () => {
    const weekly = { frequency: DigestFrequency.WEEKLY, weekday: Weekday.SUNDAY, timeZone: "Asia/Kolkata" };
    const found = times(weekly, "2026-10-07T00:00:00Z", 2);
    expect(found.map((at) => shown(at, "Asia/Kolkata"))).toEqual(["2026-10-11 07:00", "2026-10-18 07:00"]);
  });

  test("comes monthly on the third, after months of every length", () => {
    expect(times({ frequency: DigestFrequency.MONTHLY }, "2027-12-31T23:59:59Z", 4)).toEqual([
      "2028-01-03T07:00:00.000Z",
      "2028-02-03T07:00:00.000Z",
      "2028-03-03T07:00:00.000Z",
      "2028-04-03T07:00:00.000Z",
    ]);
    const [earliest] = times(
      { frequency: DigestFrequency.MONTHLY, hour: 0, timeZone: "Pacific/Kiritimati" },
      "2026-10-05T00:00:00Z",
      1,
    );
    // October is final at the second's first minute, in UTC.
    expect(earliest).toBe("2026-11-02T10:00:00.000Z");
  });

  test("comes the same few minutes late each time, and others at other minutes", () => {
    const minutes = (id: number) => times({ id }, "2026-01-01T00:00:00Z", 3).map((at) => at.slice(11, 16));
    expect(minutes(13)).toEqual(["07:03", "07:03", "07:03"]);
    expect(minutes(29)).toEqual(["07:09", "07:09", "07:09"]);
  });

  test("comes some minutes after midnight in UTC rather than within a minute of it, when feeds close", () => {
    const minutes = (over: Partial<Schedule>) => times(over, "2026-10-07T12:00:00Z", 1)[0]!.slice(11, 16);
    expect([10, 11, 12, 19].map((id) => minutes({ id, timeZone: "Asia/Singapore", hour: 8 }))).toEqual([
      "00:10",
      "00:11",
      "00:02",
      "00:09",
    ]);
    expect(minutes({ timeZone: "America/New_York", hour: 20 })).toBe("00:10");
    expect(minutes({ hour: 0 })).toBe("00:10");
    expect(minutes({ hour: 23 })).toBe("23:00");
  });

  test("of who named no day comes weekly on the first one after the week's close, in summer and in winter", () => {
    const day = (timeZone: string, hour: number) => weekdayAfterClose(timeZone, hour);
    expect(day("UTC", 0)).toBe("TUESDAY");
    expect(day("America/Los_Angeles", 0)).toBe("TUESDAY");
    expect(day("Asia/Tokyo", 9)).toBe("TUESDAY");
    expect(day("Asia/Tokyo", 8)).toBe("WEDNESDAY");
    expect(day("Europe/Berlin", 1)).toBe("WEDNESDAY");
    expect(day("Australia/Sydney", 10)).toBe("WEDNESDAY");
    for (const timeZone of [
      "Pacific/Kiritimati",
      "Asia/Kolkata",
      "Europe/Berlin",
      "America/New_York",
      "Pacific/Auckland",
    ])
      for (let hour = 0; hour < 24; hour++) {
        const weekly = { frequency: DigestFrequency.WEEKLY, weekday: day(timeZone, hour), timeZone, hour };
        for (const at of times(weekly, "2026-01-01T00:00:00Z", 53)) {
          // Two days at most after Tuesday's midnight.
          const sinceClose = (Date.parse(at) - Date.parse("2026-01-06T00:01:00Z")) % (7 * 24 * HOUR_MS);
          expect([timeZone, hour, sinceClose >= 0 && sinceClose < 48 * HOUR_MS]).toEqual([timeZone, hour, true]);
        }
      }
  });

  test("comes once a local day in every zone and hour, a year long", () => {
    const zones = ["Pacific/Apia", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago"];
    for (const timeZone of zones)
      for (const hour of [0, 1, 2, 3, 23]) {
        const found = times({ timeZone, hour }, "2026-01-01T00:00:00Z", 365);
        const days = found.map((at) => shown(at, timeZone).slice(0, 10));
        expect(new Set(days).size).toBe(365);
        const gaps = found.slice(1).map((at, i) => (Date.parse(at) - Date.parse(found[i]!)) / HOUR_MS);
        expect([Math.min(...gaps) >= 22.5, Math.max(...gaps) <= 25.5]).toEqual([true, true]);
      }
  });

  test("is never looked for without end in a zone that there is not", () => {
    expect(() => nextSendAt(subscription({ timeZone: "Mars/Olympus" }), new Date())).toThrow("Mars/Olympus");
  });
});
