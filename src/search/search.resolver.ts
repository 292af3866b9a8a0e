import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { checkText } from "../graphql/text";
import { decodeCursor } from "../paging/cursor";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { parseArxivId } from "../papers/arxiv-reference";
import { filterCost } from "../papers/filter-cost";
import type { Paper } from "../papers/paper.entity";
import { matchesFilter } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { MAX_RANKED } from "./candidates";
import { correct } from "./correction";
import {
  chooseMode,
  countFound,
  findFirst,
  findPapers,
  MAX_QUERY_LENGTH,
  type Search,
  type SearchMode,
  searchOrder,
} from "./search.service";
import { PaperSearchConnection, PaperSearchEdge, SearchHighlight } from "./search-connection.type";
import { MAX_ALIKE } from "./similar-papers";

const LISTED: readonly SearchMode[] = ["ARXIV_ID", "TEXT", "MANY", "FUZZY"];
/** Points for finding and ranking papers, and for counting the results. */
const SEARCH_COST = 3000;
const COUNT_COST = 200;
/** Points for finding the words in the texts of a paper. */
const HIGHLIGHTS_COST = 30;

@Resolver(() => PaperSearchEdge)
export class SearchResolver {
  @Query(() => PaperSearchConnection, {
    complexity: listCost({
      read: ({ filter }) => SEARCH_COST + filterCost(filter, "search"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "search"),
    }),
    description: `Papers by words, best match first, then upvotes, then id. If more than ${MAX_RANKED} papers match (within the filter), only the ${MAX_RANKED} with the most upvotes are ranked and listed, so \`totalCount\` is at most that. If no paper matches, the words are replaced by known ones that are spelt alike: the ${MAX_ALIKE} matching papers with the most upvotes are listed, ordered by how alike the title or an author's name is spelt.`,
  })
  async searchPapers(
    @Arg("query", () => String, {
      description:
        'Words as in a web search, up to 300 characters: all must occur; "quoted words" are a phrase, `or` separates alternatives, -word excludes. Stop words alone find nothing. Any form that `paper(arxivId:)` takes finds that paper, if it is known.',
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
    // A list keeps the mode of its first page; the cursor tells which.
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
    if (parseArxivId(query) !== null) {
      const named = await listIn("ARXIV_ID");
      const [paper] = await named.read();
      if (paper) return named;
    }
    // Most searches find some papers, and not too many: they take one statement.
    const list = listOf({ mode: "TEXT", query, condition }, findFirst);
    const [found] = await list.read();
    return found ? list : listIn(await chooseMode(db, query));
  }

  @FieldResolver(() => [SearchHighlight], {
    complexity: ({ childComplexity }) => HIGHLIGHTS_COST + childComplexity,
    description: "Where the words occur, by field; empty when the paper was found by words that are only spelt alike.",
  })
  highlights(@Root() edge: PaperSearchEdge & { node: Paper }, @Ctx() { loaders }: Context): Promise<SearchHighlight[]> {
    return loaders.highlights.load({ query: edge.searchedFor, paperId: edge.node.rowId });
  }
}
