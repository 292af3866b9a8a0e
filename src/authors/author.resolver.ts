import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { badUserInput } from "../errors";
import { decodeNodeKey } from "../nodes/node-id";
import { ForwardPageArgs } from "../paging/page-args";
import { listCost } from "../paging/page-cost";
import { newestFirst } from "../papers/paper.order";
import { PaperConnection } from "../papers/paper-connection.type";
import { checkText } from "../text";
import { Author } from "./author.entity";
import {
  authorsLike,
  bestMatchOrder,
  countAuthors,
  ENOUGH,
  listAuthors,
  MAX_COMPARED,
  MAX_COMPARED_EACH,
} from "./author.service";
import { AuthorConnection } from "./author-connection.type";

const MAX_NAME_LENGTH = 200;

/** To compare names, in points: to find those that are listed, and as much again for each list of them. */
const LIKENESS_COST = 300;

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
    description: `Authors whose name matches, best first; forgives typos and accents. Of authors that have all words, spelt alike, ${MAX_COMPARED} are compared; where these are fewer than ${ENOUGH}, so are ${MAX_COMPARED_EACH} of those that have one, for each word.`,
  })
  async authors(
    @Arg("name", () => String, { description: "A name or a part of one: 1 to 200 characters." }) name: string,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db }: Context,
  ): Promise<AuthorConnection> {
    if (name.trim() === "" || name.length > MAX_NAME_LENGTH) {
      throw badUserInput("name", `name must have 1 to ${MAX_NAME_LENGTH} characters.`);
    }
    checkText("name", name);
    const like = await authorsLike(db, name);
    return new AuthorConnection({
      order: bestMatchOrder(name),
      binding: JSON.stringify(["authors", name]),
      args,
      fetch: (slice) => listAuthors(db, like, slice),
      count: () => countAuthors(db, like),
    });
  }

  @FieldResolver(() => PaperConnection, { description: "Papers that print the name, newest publication first." })
  papers(
    @Root() { rowId }: Author,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperConnection {
    return new PaperConnection({
      order: newestFirst,
      binding: JSON.stringify(["Author.papers", rowId]),
      args,
      fetch: (slice) => loaders.authorPapers.load({ parent: rowId, args: null, slice }),
      count: () => loaders.authorPaperCount.load({ parent: rowId, args: null }),
    });
  }
}
