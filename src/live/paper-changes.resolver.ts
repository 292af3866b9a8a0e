import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { filterCost } from "../papers/filter-cost";
import { PaperConnection } from "../papers/paper-connection.type";
import { matchesFilterOfCount, matchesFilterOfPage } from "../papers/paper-filter";
import { PaperFilter } from "../papers/paper-filter.input";
import { DateTimeScalar } from "../scalars";
import { once } from "./once";
import { countChanges, listChanges, oldestChange, requireHistory } from "./paper-changes.service";

/** To begin to read the changes, of which all that have happened must have a place, and to count them, in points. */
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
      "Papers touched since a point in time, oldest change first: keep `endCursor` and poll. A paper is listed once, at its latest change, be it of its content, its feeds or its upvotes. The order is that in which changes became visible, so who goes on from the last cursor misses none, however long an import took. On an empty page `endCursor` is null: keep the one before. After a restore of the database, or when a replica took its place, a cursor from before is refused: then read again from the start.",
  })
  paperChanges(
    @Arg("since", () => DateTimeScalar, {
      nullable: true,
      description: "Only changes at this time or later; all, from the first, when omitted.",
    })
    since: Date | null,
    @Arg("filter", () => PaperFilter, { nullable: true, description: "Which papers, as they are now." })
    filter: PaperFilter | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db, papers, numbering, history }: Context,
  ): PaperConnection {
    const condition = matchesFilterOfPage(filter);
    // Begun when it is waited for: nobody would hear of its failure otherwise.
    const upToDate = once(() => numbering.upToDate());
    return new PaperConnection({
      order: oldestChange,
      binding: JSON.stringify(["paperChanges", since, filter]),
      args,
      fetch: async (slice, position) => {
        const current = await history.read();
        requireHistory(position, current);
        await upToDate();
        return listChanges(papers, current, since, condition, slice);
      },
      count: async () => {
        await upToDate();
        return countChanges(db, since, matchesFilterOfCount(filter));
      },
    });
  }
}
