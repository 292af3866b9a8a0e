import { badUserInput } from "../graphql/errors";
import {
  day,
  integer,
  oneOf,
  type ParameterTable,
  type QueryString,
  readQueryString,
  text,
} from "../graphql/query-string";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../paging/page-size";
import { filterOf, filterParameters, filterQuery } from "../papers/filter-query";
import type { PaperFilter } from "../papers/paper-filter.input";
import { MAX_QUERY_LENGTH } from "../search/search.service";
import { TrendingWindow } from "../trending/window";

/** The feeds, by their names in URLs. */
export const feedNames = ["day", "week", "month", "trending", "new", "search"] as const;
export type FeedName = (typeof feedNames)[number];

/** Of a period: papers whose ranks are settled, or as they stand now. */
type When = "final" | "live";
/** What an entry is. */
type Per = "paper" | "period";

/** What a feed may be asked besides a filter. */
interface OwnParameters {
  on?: string;
  when?: When;
  per?: Per;
  window?: TrendingWindow;
  q?: string;
  top?: number;
}

/** What a URL asks for, with what it leaves out. */
export interface FeedRequest {
  name: FeedName;
  /** A day of the period; null for the latest one. */
  on: string | null;
  when: When;
  per: Per;
  window: TrendingWindow;
  /** The words of a search. */
  q: string;
  /** Most papers. */
  top: number;
  filter: PaperFilter | null;
}

const topRule = (name: string) => `${name} must be a whole number from 1 to ${MAX_PAGE_SIZE}.`;

const ofPeriod = {
  on: day,
  when: oneOf<When>({ final: "final", live: "live" }),
  per: oneOf<Per>({ paper: "paper", period: "period" }),
};
const window = oneOf(Object.fromEntries(Object.values(TrendingWindow).map((each) => [each.toLowerCase(), each])));
const ofAll = { top: integer(1, MAX_PAGE_SIZE, topRule), ...filterParameters };

const tables: Record<FeedName, ParameterTable<Partial<OwnParameters> & PaperFilter>> = {
  day: { ...ofPeriod, ...ofAll },
  week: { ...ofPeriod, ...ofAll },
  month: { ...ofPeriod, ...ofAll },
  trending: { window, ...ofAll },
  new: ofAll,
  search: { q: searched, ...ofAll },
} as Record<FeedName, ParameterTable<Partial<OwnParameters> & PaperFilter>>;

function searched(name: string, values: readonly string[]): string {
  const words = text(name, values);
  if (words.length <= MAX_QUERY_LENGTH) return words;
  throw badUserInput(name, `${name} must have 1 to ${MAX_QUERY_LENGTH} characters.`);
}

/** Reads the parameters of a feed; throws BAD_USER_INPUT that names a wrong or unknown one and says what would be right. */
export function readFeedRequest(name: FeedName, given: QueryString): FeedRequest {
  const read = readQueryString(tables[name], given, `/feeds/${name}`);
  const {
    on = null,
    when = "final",
    per = "paper",
    window = TrendingWindow.WEEK,
    q = "",
    top = DEFAULT_PAGE_SIZE,
  } = read;
  if (name === "search" && q === "") throw badUserInput("q", "q must have the words to search for, e.g. q=tool+use.");
  if (name === "new" && read.featured === false) {
    throw badUserInput("featured", "featured must not be false here: all papers of this feed were featured.");
  }
  return { name, on, when, per, window, q, top, filter: filterOf(read) };
}

/** A request's parameters in one order, without those that are left out or have their default. */
export function feedQuery(request: FeedRequest): string {
  const { on, when, per, window, q } = request;
  const own: [name: string, value: string, isDefault: boolean][] = [
    ["on", on ?? "", on === null],
    ["when", when, when === "final"],
    ["per", per, per === "paper"],
    ["window", window.toLowerCase(), window === TrendingWindow.WEEK],
    ["q", q, q === ""],
  ];
  const given = own.filter(([, , isDefault]) => !isDefault).map(([name, value]): [string, string] => [name, value]);
  return new URLSearchParams([...given, ...choiceOf(request)]).toString();
}

/** Those parameters that say which papers of a period are chosen, in the same form. */
export function choiceQuery(request: FeedRequest): string {
  return new URLSearchParams(choiceOf(request)).toString();
}

function choiceOf({ top, filter }: FeedRequest): [name: string, value: string][] {
  return [...(top === DEFAULT_PAGE_SIZE ? [] : [["top", String(top)] as [string, string]]), ...filterQuery(filter)];
}
