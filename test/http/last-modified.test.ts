import { createModificationTimes } from "../../src/http/last-modified";

test("a document was modified when its ETag was first made, and two of its bodies never at the same second", () => {
  let now = Date.parse("2026-05-01T12:00:00.900Z");
  const times = createModificationTimes(() => new Date(now));
  expect(times.of("/feeds/day.atom", "a")).toBe("Fri, 01 May 2026 12:00:00 GMT");
  now += 50;
  expect(times.of("/feeds/day.atom", "a")).toBe("Fri, 01 May 2026 12:00:00 GMT");
  expect(times.of("/feeds/day.atom", "b")).toBe("Fri, 01 May 2026 12:00:01 GMT");
  expect(times.of("/feeds/day.rss", "c")).toBe("Fri, 01 May 2026 12:00:00 GMT");
  now += 60_000;
  expect(times.of("/feeds/day.atom", "b")).toBe("Fri, 01 May 2026 12:00:01 GMT");
  expect(times.of("/feeds/day.atom", "a")).toBe("Fri, 01 May 2026 12:01:00 GMT");
});
