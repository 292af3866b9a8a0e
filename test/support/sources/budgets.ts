import { millisecondsInMinute } from "date-fns/constants";
import type { FakeSources } from "./fake-sources";

/** What sources allow: arXiv a request in three seconds and one at a time, Hugging Face 500 in five minutes. */
const ALLOWED = {
  arxiv: { requests: 1, withinMs: 3000, open: 1 },
  huggingface: { requests: 500, withinMs: 5 * millisecondsInMinute, open: 500 },
};

/** The requests that came sooner than their source allows, or than it had asked its readers to come again. */
export function tooSoon(requests: FakeSources["requests"]): string[] {
  return (["arxiv", "huggingface"] as const).flatMap((source) => {
    const own = requests.filter((each) => each.source === source);
    const { requests: most, withinMs, open } = ALLOWED[source];
    let closedUntil = 0;
    return own.flatMap(({ at, url, open: openThen, fault }, i) => {
      const before = own[i - most];
      const problems = [
        before && at - before.at < withinMs ? `${at - before.at} ms after another one` : "",
        openThen > open ? `while ${openThen - 1} are answered` : "",
        at < closedUntil ? `${closedUntil - at} ms before it may come again` : "",
      ];
      if (fault?.kind === "too many requests") closedUntil = Math.max(closedUntil, at + (fault.retryAfter ?? 0) * 1000);
      return problems.filter((problem) => problem !== "").map((problem) => `${url}: ${problem}`);
    });
  });
}
