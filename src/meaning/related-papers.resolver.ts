import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { rowsCost } from "../paging/page-cost";
import { Paper } from "../papers/paper.entity";
import { MAX_NEIGHBORS } from "./neighbors.service";

const DEFAULT_RELATED = 5;

@Resolver(() => Paper)
export class RelatedPapersResolver {
  @FieldResolver(() => [Paper], {
    complexity: ({ args, childComplexity }) => 1 + rowsCost(inBounds(args.first), childComplexity),
    description:
      "Papers on the same subject, most alike first, by the meaning of title and abstract. A new paper has them as soon as the worker has compared it with the others, within seconds; until then the list is empty. Papers whose authors withdrew them are left out.",
  })
  relatedPapers(
    @Root() { rowId }: Paper,
    @Arg("first", () => Int, { nullable: true, description: "How many at most: 1 to 20, 5 when omitted." })
    first: number | null,
    @Ctx() { loaders }: Context,
  ): Promise<Paper[]> {
    const limit = first ?? DEFAULT_RELATED;
    if (limit < 1 || limit > MAX_NEIGHBORS) {
      throw badUserInput("first", `first must be between 1 and ${MAX_NEIGHBORS}, not ${limit}.`);
    }
    return loaders.relatedPapers.load({ paperId: rowId, first: limit });
  }
}

function inBounds(first?: number | null): number {
  return Math.min(Math.max(first ?? DEFAULT_RELATED, 0), MAX_NEIGHBORS);
}
