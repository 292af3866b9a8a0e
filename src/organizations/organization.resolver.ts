import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { Paper } from "../papers/paper.entity";
import { newestFirst } from "../papers/paper.order";
import { PaperConnection } from "../papers/paper-connection.type";
import { Organization } from "./organization.entity";

@Resolver(() => Organization)
export class OrganizationResolver {
  @FieldResolver(() => PaperConnection, { description: "Papers credited to it, newest publication first." })
  papers(
    @Root() { rowId }: Organization,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperConnection {
    return new PaperConnection(
      listBelow("Organization.papers", rowId, {
        order: newestFirst,
        args,
        page: loaders.organizationPapers,
        count: () => loaders.organizationPaperCount,
      }),
    );
  }
}

@Resolver(() => Paper)
export class PaperOrganizationResolver {
  @FieldResolver(() => Organization, {
    nullable: true,
    description: "The organization that the source credits with the paper; null when it names none.",
  })
  organization(@Root() paper: Paper, @Ctx() { loaders }: Context): Promise<Organization | null> | null {
    return paper.organizationId === null ? null : loaders.organization.load(paper.organizationId);
  }
}
