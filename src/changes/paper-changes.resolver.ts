import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import { memoize } from "../async/memoize";
import type { Context } from "../context";
import { DateTimeScalar } from "../graphql/scalars";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { PaperConnection } from "../papers/paper-connection.type";
import { matchesFilterOfCount, matchesFilterOfPage } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { resolveFilter } from "../papers/resolve-filter";
import { changesBinding, countChanges, listChanges, oldestChange, requireHistory } from "./paper-changes.service";

/** Points for beginning to read the changes, which sequences those that wait, and for counting them. */
const READ_COST = 100;
const COUNT_COST = 800;

@Resolver()
export class PaperChangesResolver {
  @Query(() => PaperConnection, {
    complexity: listCost({
      read: ({ filter }) => READ_COST + filterCost(filter, "list"),
      count: ({ filter }) => COUNT_COST + filterCost(filter, "count"),
    }),
    description:
      "Papers changed since a point in time, oldest change first: keep `endCursor` and poll. A paper is listed once, at the latest change of its content, its feeds or its counts (upvotes, comments, stars). Changes are ordered by when they became visible, so a client that continues from its last cursor misses none, however long an import took. On an empty page `endCursor` is null: keep the previous one. After the database was restored, or a replica took over, cursors from before are refused: read again from the start.",
  })
  async paperChanges(
    @Arg("since", () => DateTimeScalar, {
      nullable: true,
      description: "Only changes at this time or later; all, from the first, when omitted.",
    })
    since: Date | null,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers, as they are now." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers, sequencer, history, vectorIndexes, turn }: Context,
  ): Promise<PaperConnection> {
    const resolved = await resolveFilter(filter, vectorIndexes.papersNear(turn));
    const condition = matchesFilterOfPage(resolved);
    // Started only where it is awaited: otherwise its failure would be an unhandled rejection.
    const catchUp = memoize(() => sequencer.catchUp());
    return new PaperConnection({
      order: oldestChange,
      binding: changesBinding(since, filter),
      args,
      fetch: async (slice, position) => {
        const current = await history.read();
        requireHistory(position, current);
        await catchUp();
        return listChanges(papers, current, since, condition, slice);
      },
      count: async () => {
        await catchUp();
        return countChanges(db, since, matchesFilterOfCount(resolved));
      },
    });
  }
}
