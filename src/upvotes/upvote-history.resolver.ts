import type { ComplexityEstimator } from "graphql-query-complexity";
import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { DateScalar } from "../graphql/scalars";
import { rowsCost } from "../paging/page-cost";
import { Paper } from "../papers/paper.entity";
import { UpvoteCount } from "./upvote-count.type";
import { type DayRange, daysIn, MAX_POINTS, requireRange } from "./upvote-history";

/** Points for counting a paper's votes. */
const READ_COST = 10;

const today = () => new Date().toISOString().slice(0, 10);

const historyCost: ComplexityEstimator = ({ args, childComplexity }) => {
  const { from, to }: Partial<DayRange> = args;
  const days = from ? daysIn(from, to ?? today()) : MAX_POINTS;
  return READ_COST + rowsCost(Math.min(Math.max(days, 0), MAX_POINTS), childComplexity);
};

@Resolver(() => Paper)
export class UpvoteHistoryResolver {
  @FieldResolver(() => [UpvoteCount], {
    complexity: historyCost,
    description:
      "How `upvoteCount` grew, oldest day first: one entry for each UTC day on which votes were added, at most 400; the last one of all is `upvoteCount`. Imported votes are dated as in trending: at noon UTC of the feed day, later increases when they were observed. It shows the votes that stand now: those that were taken back since are in no entry.",
  })
  upvoteHistory(
    @Root() { rowId }: Paper,
    @Arg("from", () => DateScalar, {
      nullable: true,
      description:
        "The first UTC day listed; votes before it count. At most 400 days, up to `to` or today. Without it: the latest 400 entries.",
    })
    from: string | null,
    @Arg("to", () => DateScalar, { nullable: true, description: "The last UTC day listed; the newest when omitted." })
    to: string | null,
    @Ctx() { loaders }: Context,
  ): Promise<UpvoteCount[]> {
    // A missing argument is undefined.
    const range = { from: from ?? null, to: to ?? null };
    requireRange(range, today());
    return loaders.upvoteHistory.load({ paperId: rowId, ...range });
  }
}
