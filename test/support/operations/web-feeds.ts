import { documentAt, of, type PricedOperation, some } from "./operation";
import type { Stock } from "./stock";

/** Web feeds that have most to write, and those whose filter or search takes longest. */
export function webFeeds({ days, common, misspelt }: Stock): PricedOperation[] {
  const words = (n: number) => list("keywords", some(misspelt, 20, n)) + list("excludeKeywords", some(common, 20, n));
  return [
    documentAt("web feed of a day, 50 as Atom", (n) => `/feeds/day.atom?on=${of(days, n)}&when=live&top=50`),
    documentAt("web feed of a day, one as Markdown", (n) => `/feeds/day.md?on=${of(days, n)}&when=live&top=1`),
    documentAt(
      "web feed of a month, 100 in one entry as RSS",
      (n) => `/feeds/month.rss?on=${of(days, n)}&when=live&per=period&top=100`,
    ),
    documentAt("web feed of new papers, 100 as JSON", () => "/feeds/new.json?top=100"),
    documentAt("web feed of new papers with 20 keywords and without 20", (n) => `/feeds/new.atom?${words(n)}`, true),
    documentAt(
      "web feed of what trends with 20 keywords and without 20",
      (n) => `/feeds/trending.atom?window=quarter${words(n)}`,
    ),
    documentAt(
      "web feed of a search, 8 misspelt words",
      (n) => `/feeds/search.atom?q=${some(misspelt, 8, n).join("+")}`,
      true,
    ),
  ];
}

function list(name: string, values: readonly string[]): string {
  return values.map((value) => `&${name}=${encodeURIComponent(value)}`).join("");
}
