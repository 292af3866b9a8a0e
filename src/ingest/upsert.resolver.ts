import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { AccessTokenScope } from "../users/access-token.entity";
import { requireScope } from "../users/viewer";
import { UpsertPapersInput, UpsertPapersPayload } from "./upsert.input";
import { upsertPapers } from "./upsert.service";

const MAX_BATCH = 100;
/** Points for merging one paper. */
const UPSERT_COST = 20;

@Resolver()
export class UpsertResolver {
  @Mutation(() => UpsertPapersPayload, {
    nullable: true,
    complexity: ({ args, childComplexity }) =>
      Math.min(args.input.papers.length, MAX_BATCH) * UPSERT_COST + childComplexity,
    description:
      "Adds papers or completes known ones, keyed by the paper's identity: replaying a batch changes nothing. Needs the scope PAPERS_WRITE.",
  })
  async upsertPapers(
    @Arg("input", () => UpsertPapersInput, { description: "The papers." }) { papers }: UpsertPapersInput,
    @Ctx() { db, loaders, viewer }: Context,
  ): Promise<UpsertPapersPayload> {
    const { user } = requireScope(viewer, AccessTokenScope.PAPERS_WRITE);
    if (papers.length > MAX_BATCH) {
      throw badUserInput("input.papers", `papers takes at most ${MAX_BATCH} papers, not ${papers.length}.`);
    }
    const { paperIds, ...result } = await upsertPapers(db, user.rowId, papers);
    const stored = await Promise.all(paperIds.map((id) => loaders.paper.load(id)));
    return { ...result, papers: stored.filter((paper) => paper !== null) };
  }
}
