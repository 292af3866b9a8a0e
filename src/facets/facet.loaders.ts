import { batchGroups, LongLoader } from "../db/loaders";
import { sql } from "../db/sql";
import { latestRanking, spans } from "../feeds/feed.loaders";
import type { Span } from "../feeds/period";
import type { PaperSources } from "../papers/paper-reader";
import { countedColumns, type FacetRow, type FacetsAsked, facetsOf } from "./counted-facets";
import { countsOf } from "./facet.service";
import type { PaperFacetCounts } from "./facet.type";

interface FeedFacets extends FacetsAsked {
  feed: Span;
}

export const facetLoaders = {
  feedFacets: ({ db }: PaperSources) =>
    new LongLoader<FeedFacets, PaperFacetCounts[]>(
      (keys) =>
        batchGroups(
          keys,
          ({ by, first }) => JSON.stringify([by, first]),
          async (group) => {
            const [asked] = group as [FeedFacets];
            const counted = sql`
              select feed.parent, ${countedColumns}
              from ${spans(group.map(({ feed }) => feed))}
              join feed_ranks r on r.ranking_id = ${latestRanking}
              join papers p on p.id = r.paper_id`;
            const rows = await db.query<FacetRow>(facetsOf(counted, asked, group.length).long);
            return group.map((_, i) =>
              countsOf(
                asked,
                rows.filter(({ parent }) => parent === i + 1),
                true,
              ),
            );
          },
        ),
      { cache: false },
    ),
};
