import { Arg, Args, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../errors";
import { decodeCursor } from "../paging/cursor";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost, rowsCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { Paper } from "../papers/paper.entity";
import { matchesFilter } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { checkText } from "../text";
import { MAX_ALIKE } from "./alike-papers";
import { MAX_RANKED } from "./candidates";
import { correct } from "./correction";
import {
  chooseMode,
  countFound,
  findFirst,
  findPapers,
  type Search,
  type SearchMode,
  searchOrder,
} from "./search.service";
import { PaperSearchConnection, PaperSearchEdge, SearchHighlight } from "./search-connection.type";

const MAX_QUERY_LENGTH = 300;
const MAX_RELATED = 20;
const DEFAULT_RELATED = 5;
const LISTED: readonly SearchMode[] = ["TEXT", "MANY", "FUZZY"];
/** To find and rank papers, and to count what was found, in points. */
const SEARCH_COST = 2500;
const COUNT_COST = 200;
/** To look for the words in the texts of a paper, in points. */
const HIGHLIGHTS_COST = 30;
/** To find papers that are near to one. */
const RELATED_COST = 400;

@Resolver(() => PaperSearchEdge)
export class SearchResolver {
  @Query(() => PaperSearchConnection, {
    complexity: listCost({
      read: ({ filter }) => SEARCH_COST + filterCost(filter, "search"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "search"),
    }),
    description: `Papers by words, best match first, then upvotes, then id. Of words that more than ${MAX_RANKED} papers have (within the filter), the ${MAX_RANKED} papers with the most upvotes are ranked and listed, so \`totalCount\` is at most that. When no paper has the words, known words that are spelt alike take their place, and the ${MAX_ALIKE} papers with the most upvotes are listed, those first of which the title or an author's name is spelt most alike.`,
  })
  async searchPapers(
    @Arg("query", () => String, {
      description:
        'Words as in a web search, up to 300 characters: all must occur; "quoted words" stand together, `or` between alternatives, -word excludes. Only stop words: an empty page.',
    })
    query: string,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers }: Context,
  ): Promise<PaperSearchConnection> {
    if (query.length > MAX_QUERY_LENGTH) {
      throw badUserInput("query", `query must have at most ${MAX_QUERY_LENGTH} characters, not ${query.length}.`);
    }
    checkText("query", query);
    const condition = matchesFilter(filter);
    const bindingOf = (mode: SearchMode) => JSON.stringify(["searchPapers", query, filter, mode]);
    // A list keeps the mode of its first page, which its cursors tell.
    const goesOn = (mode: SearchMode) => args.after && decodeCursor(bindingOf(mode), searchOrder(mode), args.after);
    const listOf = (search: Search, find = findPapers) =>
      new PaperSearchConnection({
        order: searchOrder(search.mode),
        binding: bindingOf(search.mode),
        args,
        fetch: (slice) => find(papers, search, slice),
        count: () => countFound(db, search),
      });
    const listIn = async (mode: SearchMode) =>
      listOf({ mode, query, condition, correction: mode === "FUZZY" ? await correct(db, query) : null });
    const mode = LISTED.find(goesOn);
    if (mode) return listIn(mode);
    // Most searches find some papers, and not too many: these take one statement.
    const list = listOf({ mode: "TEXT", query, condition }, findFirst);
    const [found] = await list.read();
    return found ? list : listIn(await chooseMode(db, query));
  }

  @FieldResolver(() => [SearchHighlight], {
    complexity: ({ childComplexity }) => HIGHLIGHTS_COST + childComplexity,
    description: "Where the words stand, by field; empty when the paper was found by words that are only spelt alike.",
  })
  highlights(@Root() edge: PaperSearchEdge & { node: Paper }, @Ctx() { loaders }: Context): Promise<SearchHighlight[]> {
    return loaders.highlights.load({ query: edge.searchedFor, paperId: edge.node.rowId });
  }
}

@Resolver(() => Paper)
export class RelatedPapersResolver {
  @FieldResolver(() => [Paper], {
    complexity: ({ args, childComplexity }) => RELATED_COST + rowsCost(inBounds(args.first), childComplexity),
    description:
      "Papers about the same thing, nearest first: those that share its distinctive title words and keywords. Empty when nothing is near.",
  })
  relatedPapers(
    @Root() { rowId }: Paper,
    @Arg("first", () => Int, { nullable: true, description: "How many at most: 1 to 20, 5 when omitted." })
    first: number | null,
    @Ctx() { loaders }: Context,
  ): Promise<Paper[]> {
    const limit = first ?? DEFAULT_RELATED;
    if (limit < 1 || limit > MAX_RELATED) {
      throw badUserInput("first", `first must be between 1 and ${MAX_RELATED}, not ${limit}.`);
    }
    return loaders.relatedPapers.load({ paperId: rowId, first: limit });
  }
}

function inBounds(first?: number | null): number {
  return Math.min(Math.max(first ?? DEFAULT_RELATED, 0), MAX_RELATED);
}
