import { Arg, Args, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../graphql/errors";
import { decodeNodeKey } from "../nodes/node-id";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { countFrom, listFrom } from "../paging/relation";
import { newestFirst } from "../papers/paper.order";
import { PaperConnection } from "../papers/paper-connection.type";
import { readTypedName } from "../spelling/typed-name";
import { Author } from "./author.entity";
import { authorColumns, authorsLike, bestMatchOrder, ENOUGH, MAX_COMPARED, MAX_COMPARED_EACH } from "./author.service";
import { AuthorConnection } from "./author-connection.type";

/** Points for comparing names: once to find the authors, and once for each list of them. */
const LIKENESS_COST = 700;

@Resolver(() => Author)
export class AuthorResolver {
  @Query(() => Author, { nullable: true, description: "One author; null when there is no such author." })
  author(
    @Arg("id", () => ID, { description: "Global id, as in `Author.id`." }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<Author | null> {
    const key = decodeNodeKey("Author", id);
    if (key === null) throw badUserInput("id", "id is not the id of an Author. Find one with authors(name:).");
    return loaders.author.load(key);
  }

  @Query(() => AuthorConnection, {
    complexity: listCost({ read: () => LIKENESS_COST, count: () => LIKENESS_COST }),
    description: `Authors of papers whose name matches, best first; typos and accents are tolerated. At most ${MAX_COMPARED} authors whose names have all words, or words spelt alike, are compared, and whoever has the very name; if they are fewer than ${ENOUGH}, so are ${MAX_COMPARED_EACH} for each single word.`,
  })
  async authors(
    @Arg("name", () => String, { description: "A name or a part of one: 1 to 200 characters." }) given: string,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db }: Context,
  ): Promise<AuthorConnection> {
    const name = readTypedName("name", given);
    const like = await authorsLike(db, name);
    return new AuthorConnection({
      order: bestMatchOrder(name),
      binding: JSON.stringify(["authors", name]),
      args,
      fetch: (slice) => listFrom(db, authorColumns, like, slice),
      count: () => countFrom(db, like),
    });
  }

  @FieldResolver(() => Int, {
    complexity: 1,
    description: "How many papers print the name: as many as `papers` lists.",
  })
  paperCount(@Root() { rowId }: Author, @Ctx() { loaders }: Context): Promise<number> {
    return loaders.authorPaperCount.load({ parent: rowId, args: null });
  }

  @FieldResolver(() => PaperConnection, { description: "Papers that print the name, newest publication first." })
  papers(
    @Root() { rowId }: Author,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperConnection {
    return new PaperConnection(
      listBelow("Author.papers", rowId, {
        order: newestFirst,
        args,
        page: loaders.authorPapers,
        count: () => loaders.authorPaperCount,
      }),
    );
  }
}
