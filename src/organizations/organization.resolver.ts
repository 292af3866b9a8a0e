import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { decodeNodeKey } from "../nodes/node-id";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { type ListArgs, listCost } from "../paging/page-cost";
import { countFrom, listFrom } from "../paging/relation";
import { Paper } from "../papers/paper.entity";
import { newestFirst } from "../papers/paper.order";
import { PaperConnection } from "../papers/paper-connection.type";
import { readTypedName } from "../spelling/typed-name";
import { Organization } from "./organization.entity";
import { organizationColumns, organizationsOf } from "./organization.service";
import { OrganizationConnection } from "./organization-connection.type";

/** Points for comparing names, and for counting organizations. */
const LIKENESS_COST = 100;
const COUNT_COST = 50;

const likenessCost = ({ name }: ListArgs & { name?: string | null }) => (typeof name === "string" ? LIKENESS_COST : 0);

@Resolver(() => Organization)
export class OrganizationResolver {
  @Query(() => Organization, {
    nullable: true,
    description: "One organization; null when there is no such organization.",
  })
  organization(
    @Arg("id", () => ID, { description: "Global id, as in `Organization.id`." }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<Organization | null> {
    const key = decodeNodeKey("Organization", id);
    if (key === null) {
      throw badUserInput("id", "id is not the id of an Organization. Find one with organizations(name:).");
    }
    return loaders.organization.load(key);
  }

  @Query(() => OrganizationConnection, {
    complexity: listCost({ read: likenessCost, count: (args) => COUNT_COST + likenessCost(args) }),
    description:
      "Organizations with papers, those with most papers first; with `name`, those whose name is like it, best first.",
  })
  organizations(
    @Arg("name", () => String, {
      nullable: true,
      description: "A name, its beginning or a word of it: 1 to 200 characters. Typos and accents are tolerated.",
    })
    given: string | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db }: Context,
  ): OrganizationConnection {
    const name = typeof given === "string" ? readTypedName("name", given) : null;
    const { order, from } = organizationsOf(name);
    return new OrganizationConnection({
      order,
      binding: JSON.stringify(["organizations", name]),
      args,
      fetch: (slice) => listFrom(db, organizationColumns, from, slice),
      count: () => countFrom(db, from),
    });
  }

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
