import { isInputObjectType } from "graphql";
import { filterOf, filterParameters, filterQuery } from "../../src/papers/filter-query";
import { getSchema } from "../../src/schema";
import { type FeedName, feedQuery, readFeedRequest } from "../../src/web-feeds/parameters";

const read = (name: FeedName, search: string) => {
  const given: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of new URLSearchParams(search))
    given[key] = key in given ? [given[key]!, value].flat() : value;
  return readFeedRequest(name, given);
};
const message = (name: FeedName, search: string): string => {
  try {
    read(name, search);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${search} was read`);
};

test("every field of PaperFilter is a parameter", () => {
  const type = getSchema().getType("PaperFilter");
  expect(isInputObjectType(type) && Object.keys(type.getFields()).sort()).toEqual(Object.keys(filterParameters).sort());
});

test("a filter is written as it is read", () => {
  const all =
    "keywords=agents&keywords=tool+use&excludeKeywords=survey&categories=cs.CL&excludeCategories=math&authorIds=a&organizationIds=b&near=c&minUpvotes=3&hasCode=true&withdrawn=false&featured=true&featuredFrom=2026-01-01&featuredTo=2026-02-01&publishedFrom=2025-01-01&publishedTo=2025-02-01";
  const { filter } = read("day", all);
  expect(filter).toEqual({
    keywords: ["agents", "tool use"],
    excludeKeywords: ["survey"],
    categories: ["cs.CL"],
    excludeCategories: ["math"],
    authorIds: ["a"],
    organizationIds: ["b"],
    near: ["c"],
    minUpvotes: 3,
    hasCode: true,
    withdrawn: false,
    featured: true,
    featuredFrom: "2026-01-01",
    featuredTo: "2026-02-01",
    publishedFrom: "2025-01-01",
    publishedTo: "2025-02-01",
  });
  expect(new URLSearchParams(filterQuery(filter)).toString()).toBe(all);
  expect(filterOf({})).toBeNull();
});

test("keywords may have commas", () => {
  expect(read("day", "keywords=red,+green&keywords=blue").filter).toEqual({ keywords: ["red, green", "blue"] });
});

test("empty parameters, as forms send them, count as left out, and blanks around values are ignored", () => {
  const names = Object.keys(filterParameters).filter((name) => name !== "keywords");
  const empty = ["on", "when", "per", "top", ...names].map((name) => `${name}=`).join("&");
  expect(read("day", `${empty}&keywords=&keywords=+`)).toEqual(read("day", ""));
  expect(read("trending", "window=&keywords=a&keywords=").filter).toEqual({ keywords: ["a"] });
  expect(read("day", "top=+5+&top=&minUpvotes=3+&hasCode=+true&when=live+&near=+A")).toMatchObject({
    top: 5,
    when: "live",
    filter: { minUpvotes: 3, hasCode: true, near: ["A"] },
  });
});

test("parameters have one order, and defaults are left out", () => {
  expect(feedQuery(read("day", "top=20&hasCode=true&keywords=b&keywords=a&when=final&per=paper"))).toBe(
    "keywords=b&keywords=a&hasCode=true",
  );
  expect(feedQuery(read("week", "top=5&per=period&when=live&on=2026-05-13"))).toBe(
    "on=2026-05-13&when=live&per=period&top=5",
  );
  expect(feedQuery(read("trending", "window=week"))).toBe("");
  expect(feedQuery(read("search", "q=tool+use&top=3"))).toBe("q=tool+use&top=3");
});

test.each<[FeedName, string, string]>([
  ["day", "keyword=a", '/feeds/day has no parameter "keyword": did you mean keywords?'],
  [
    "new",
    "on=2026-05-13",
    '/feeds/new has no parameter "on": it takes top, keywords, excludeKeywords, categories, excludeCategories, authorIds, organizationIds, near, minUpvotes, hasCode, withdrawn, featured, featuredFrom, featuredTo, publishedFrom, publishedTo.',
  ],
  [
    "day",
    "__proto__=1",
    '/feeds/day has no parameter "__proto__": it takes on, when, per, top, keywords, excludeKeywords, categories, excludeCategories, authorIds, organizationIds, near, minUpvotes, hasCode, withdrawn, featured, featuredFrom, featuredTo, publishedFrom, publishedTo.',
  ],
  ["day", "top=0", "top must be a whole number from 1 to 100."],
  ["day", "top=101", "top must be a whole number from 1 to 100."],
  ["day", "top=1&top=2", "top must be given once."],
  ["day", "top=1e1", "top must be a whole number from 1 to 100."],
  ["day", "on=2026-02-30", "on must be a calendar day as YYYY-MM-DD, e.g. 2026-10-07."],
  ["day", "when=later", "when must be final or live."],
  ["day", "when=constructor", "when must be final or live."],
  ["week", "per=day", "per must be paper or period."],
  ["trending", "window=year", "window must be day, week, month or quarter."],
  ["search", "", "q must have the words to search for, e.g. q=tool+use."],
  ["search", "q=+", "q must have the words to search for, e.g. q=tool+use."],
  ["search", `q=${"a".repeat(301)}`, "q must have 1 to 300 characters."],
  ["search", "q=a%00b", "q must not contain the NUL character (\\u0000) or half of a surrogate pair."],
  ["day", "hasCode=yes", "hasCode must be true or false."],
  ["new", "near=A,B", "near must be repeated for several values, without commas, e.g. near=A&near=B."],
  [
    "day",
    "categories=cs.CL&categories=cs.AI,cs.LG",
    "categories must be repeated for several values, without commas, e.g. categories=A&categories=B.",
  ],
  ["day", "minUpvotes=-1", "minUpvotes must be a whole number from 0 to 2147483647."],
  ["day", "featuredFrom=tomorrow", "featuredFrom must be a calendar day as YYYY-MM-DD, e.g. 2026-10-07."],
  ["new", "featured=false", "featured must not be false here: all papers of this feed were featured."],
])("/feeds/%s?%s is refused: %s", (name, search, expected) => {
  expect(message(name, search)).toBe(expected);
});
