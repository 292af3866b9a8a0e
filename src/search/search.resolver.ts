import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { checkText } from "../graphql/text";
import { MAX_NEAREST } from "../meaning/nearest-papers.service";
import { ForwardPageArgs } from "../paging/page-args";
import { type ListArgs, listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import type { Paper } from "../papers/paper.entity";
import { checkFilter } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { resolveFilter } from "../papers/resolve-filter";
import { MAX_RANKED } from "./candidates";
import { MAX_OF_ARM } from "./fusion";
import { searchByBoth } from "./hybrid-search";
import { searchByKeywords } from "./keyword-search";
import { searchByMeaning } from "./meaning-search";
import { MAX_ALIKE } from "./misspelt-search";
import { MAX_QUERY_LENGTH } from "./search.service";
import { PaperSearchConnection, PaperSearchEdge, SearchHighlight } from "./search-connection.type";
import { SearchMode } from "./search-mode";

const searches = {
  [SearchMode.KEYWORD]: searchByKeywords,
  [SearchMode.MEANING]: searchByMeaning,
  [SearchMode.HYBRID]: searchByBoth,
};

/** Points for finding and ranking papers by words, for comparing all by meaning, and for counting the results. */
const KEYWORD_COST = 3000;
const MEANING_COST = 2000;
/** For reading on in what both have found. */
const FUSED_COST = 100;
/** Both are searched at once: whatever the filter, some rows can be read within what an operation may cost by default. */
const MOST_HYBRID_COST = 9000;
const COUNT_COST = 200;
/** Points for finding the words in the texts of a paper. */
const HIGHLIGHTS_COST = 60;

@Resolver(() => PaperSearchEdge)
export class SearchResolver {
  @Query(() => PaperSearchConnection, {
    complexity: listCost({ read: searchCost, count: countCost }),
    description: `Papers by words, by meaning, or by both. KEYWORD: best match first, then upvotes, then id. If more than ${MAX_RANKED} papers match (within the filter), only the ${MAX_RANKED} with the most upvotes are ranked and listed, so \`totalCount\` is at most that. If no paper matches, the words are replaced by known ones that are spelt alike: the ${MAX_ALIKE} matching papers with the most upvotes are listed, ordered by how alike the title or an author's name is spelt. MEANING: the ${MAX_NEAREST} papers (within the filter) that are nearest to what the words mean, so \`totalCount\` is at most that; none when the model knows none of the words; SERVICE_UNAVAILABLE while the site's own model does not answer. HYBRID: the best ${MAX_OF_ARM} of each, fused by their ranks, or those by words alone while that model does not answer, as \`foundBy\` tells; \`totalCount\` is the number of these. Its cursors hold what was found for the first page, so further pages follow it whatever changes meanwhile.`,
  })
  async searchPapers(
    @Arg("query", () => String, {
      description:
        'Words as in a web search, up to 300 characters: all must occur; "quoted words" are a phrase, `or` separates alternatives, -word excludes. Stop words alone find nothing. To MEANING quotes and `or` are nothing special. Every excluded word leaves papers out, only by KEYWORD no more than from its own alternative. Any form that `PaperBy.url` takes finds that paper, if it is known.',
    })
    query: string,
    @Arg("mode", () => SearchMode, { defaultValue: SearchMode.KEYWORD, description: "What the search goes by." })
    mode: SearchMode,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers; all when omitted." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers, loaders, vectorIndexes, queryEmbedder, turn }: Context,
  ): Promise<PaperSearchConnection> {
    if (query.length > MAX_QUERY_LENGTH) {
      throw badUserInput("query", `query must have at most ${MAX_QUERY_LENGTH} characters, not ${query.length}.`);
    }
    checkText("query", query);
    checkFilter(filter);
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    const openMeaning = async (text: string) => {
      const index = await vectorIndexes.serving();
      return { index, meaning: await queryEmbedder.embed(text, index, turn.key) };
    };
    return searches[mode]({ query, filter, resolved, args, db, papers, loaders, turn, openMeaning });
  }

  @FieldResolver(() => [SearchHighlight], {
    complexity: ({ childComplexity }) => HIGHLIGHTS_COST + childComplexity,
    description:
      "Where the words occur, by field; empty when the paper was found by words that are only spelt alike, or by meaning alone.",
  })
  highlights(@Root() edge: PaperSearchEdge & { node: Paper }, @Ctx() { loaders }: Context): Promise<SearchHighlight[]> {
    return loaders.highlights.load({ query: edge.searchedFor, paperId: edge.node.rowId });
  }
}

interface SearchArgs extends ListArgs {
  mode?: SearchMode;
  filter?: PaperFilter | null;
}

function searchCost({ mode, filter, after }: SearchArgs): number {
  const byKeywords = KEYWORD_COST + filterCost(filter, "search");
  if (mode === SearchMode.KEYWORD) return byKeywords;
  if (mode === SearchMode.MEANING) return MEANING_COST + filterCost(filter, "count");
  // The cursor holds what was found.
  if (after) return FUSED_COST + filterCost({ near: filter?.near }, "search");
  // What is near to papers is looked up once for both.
  const byBoth = byKeywords + MEANING_COST + filterCost(filter && { ...filter, near: null }, "count");
  return Math.min(byBoth, MOST_HYBRID_COST);
}

function countCost({ mode, filter }: SearchArgs): number {
  if (mode === SearchMode.HYBRID) return 0;
  return COUNT_COST + filterCost(filter, mode === SearchMode.MEANING ? "count" : "search");
}
