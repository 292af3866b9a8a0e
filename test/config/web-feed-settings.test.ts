import { readConfig } from "../../src/config/config";
import { problemsOf } from "./problems";

test("WEBSUB_HUB is a URL that fetch takes and that holds no secret", () => {
  const WEBSUB_HUB = "https://hub.example/?a=b";
  expect(readConfig({ WEBSUB_HUB }).WEBSUB_HUB).toBe(WEBSUB_HUB);
  for (const url of ["hub.example", "ftp://hub.example/", "https://a:b@hub.example/", "https://hub.example/#a"]) {
    expect(problemsOf({ WEBSUB_HUB: url }).join("\n")).toContain("is not an http or https URL without user and #");
  }
});

test("FEED_TAG has a day of the calendar", () => {
  expect(readConfig({ FEED_TAG: "papers.example,2024-02-29" }).FEED_TAG).toBe("papers.example,2024-02-29");
  for (const FEED_TAG of ["papers.example", "papers.example,2026-02-30", "papers.example,2026-13", "a b,2026"]) {
    expect(problemsOf({ FEED_TAG })).toHaveLength(1);
  }
});
