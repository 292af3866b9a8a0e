import "reflect-metadata";
import { createHash } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { Arg, buildSchema, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { type DataSource, In } from "typeorm";
import { Author } from "../../src/authors/author.entity";
import { Authorship } from "../../src/authors/authorship.entity";
import { FeedEntry } from "../../src/feeds/feed-entry.entity";
import { DateScalar } from "../../src/graphql/scalars";
import { Node } from "../../src/nodes/node.type";
import { decodeNodeKey, encodeNodeId } from "../../src/nodes/node-id";
import { Paper } from "../../src/papers/paper.entity";
import { Upvote } from "../../src/upvotes/upvote.entity";
import { AccessToken } from "../../src/users/access-token.entity";
import { User } from "../../src/users/user.entity";
import { openDataSource } from "../support/data-source";
import {
  StockAuthors,
  StockFeed,
  StockPapers,
  StockSearch,
  StockUpvoteInput,
  StockUpvotePayload,
  StockUpvoters,
} from "./stock.types";

/** The stack as its tutorials use it: Apollo standalone, type-graphql, TypeORM repositories, DataLoader. */
interface Context {
  dataSource: DataSource;
  token: string | undefined;
  authorships: DataLoader<number, Authorship[]>;
  authors: DataLoader<number, Author>;
  users: DataLoader<number, User>;
}

const DAY_MS = 86_400_000;

@Resolver(() => Node)
class StockNodeResolver {
  @FieldResolver(() => ID)
  id(@Root() root: { rowId: number }): string {
    const type = root instanceof Paper ? "Paper" : root instanceof Author ? "Author" : "User";
    return encodeNodeId(type, root.rowId);
  }
}

@Resolver(() => Paper)
class StockPaperResolver {
  @Query(() => StockFeed)
  async feed(
    @Arg("on", () => DateScalar, { nullable: true }) on: string,
    @Ctx() { dataSource }: Context,
  ): Promise<StockFeed> {
    const entries = await dataSource.getRepository(FeedEntry).findBy({ day: on });
    const ids = entries.map((entry) => entry.paperId);
    const papers = await dataSource
      .getRepository(Paper)
      .createQueryBuilder("p")
      .addSelect("p.importedUpvotes")
      .where("p.id in (:...ids)", { ids })
      .getMany();
    const start = new Date(`${on}T00:00:00Z`);
    const votes: { paperId: number; count: string }[] = await dataSource
      .getRepository(Upvote)
      .createQueryBuilder("u")
      .select(['u.paperId as "paperId"', "count(*) as count"])
      .where("u.paperId in (:...ids) and u.createdAt >= :start and u.createdAt < :end", {
        ids,
        start,
        end: new Date(start.getTime() + 2 * DAY_MS),
      })
      .groupBy("u.paperId")
      .getRawMany();
    const counts = new Map(votes.map(({ paperId, count }) => [paperId, Number(count)]));
    const entryOf = new Map(entries.map((entry) => [entry.paperId, entry]));
    const timeOf = ({ rowId }: Paper) => entryOf.get(rowId)!.featuredAt.getTime();
    const placeOf = ({ rowId }: Paper) => entryOf.get(rowId)!.place ?? 0;
    const edges = papers
      .map((node) => ({ node, rank: 0, upvotesInPeriod: node.importedUpvotes + (counts.get(node.rowId) ?? 0) }))
      .sort(
        (a, b) =>
          b.upvotesInPeriod - a.upvotesInPeriod ||
          timeOf(a.node) - timeOf(b.node) ||
          placeOf(a.node) - placeOf(b.node) ||
          a.node.rowId - b.node.rowId,
      );
    for (const [i, edge] of edges.entries()) edge.rank = i + 1;
    return Object.assign(new StockFeed(), { edges });
  }

  @Query(() => Paper, { nullable: true })
  paper(@Arg("id", () => ID, { nullable: true }) id: string, @Ctx() { dataSource }: Context): Promise<Paper | null> {
    return dataSource.getRepository(Paper).findOneBy({ rowId: decodeNodeKey("Paper", id)! });
  }

  @Query(() => StockSearch)
  async searchPapers(
    @Arg("query", () => String) query: string,
    @Arg("first", () => Int) first: number,
    @Ctx() { dataSource }: Context,
  ): Promise<StockSearch> {
    const { entities, raw } = await dataSource
      .getRepository(Paper)
      .createQueryBuilder("p")
      .addSelect("ts_rank(p.search, websearch_to_tsquery('paper_text', :query))::float8", "score")
      .where("p.search @@ websearch_to_tsquery('paper_text', :query)", { query })
      .orderBy("score", "DESC")
      .addOrderBy("p.upvoteCount", "DESC")
      .addOrderBy("p.id", "DESC")
      .limit(first)
      .getRawAndEntities();
    return { edges: entities.map((node, i) => ({ node, score: raw[i].score })) };
  }

  @FieldResolver(() => StockAuthors)
  async authors(
    @Root() paper: Paper,
    @Arg("first", () => Int) first: number,
    @Ctx() { authorships, authors }: Context,
  ): Promise<StockAuthors> {
    const printed = (await authorships.load(paper.rowId)).slice(0, first);
    const nodes = await Promise.all(printed.map((each) => authors.load(each.authorId)));
    return { nodes, edges: printed.map(({ position, name }, i) => ({ position, name, node: nodes[i]! })) };
  }

  @FieldResolver(() => StockUpvoters)
  async upvoters(
    @Root() paper: Paper,
    @Arg("first", () => Int) first: number,
    @Ctx() { dataSource, users }: Context,
  ): Promise<StockUpvoters> {
    const votes = await dataSource
      .getRepository(Upvote)
      .find({ where: { paperId: paper.rowId }, order: { createdAt: "DESC", userId: "DESC" }, take: first });
    return {
      edges: await Promise.all(
        votes.map(async (vote) => ({ upvotedAt: vote.createdAt, node: await users.load(vote.userId) })),
      ),
    };
  }
}

@Resolver()
class StockUpvoteResolver {
  @Mutation(() => StockUpvotePayload)
  async upvotePaper(
    @Arg("input", () => StockUpvoteInput) input: StockUpvoteInput,
    @Ctx() { dataSource, token }: Context,
  ): Promise<StockUpvotePayload> {
    const secretHash = createHash("sha256").update(token!).digest();
    const viewer = await dataSource.getRepository(AccessToken).findOneByOrFail({ secretHash });
    const vote = { userId: viewer.userId, paperId: decodeNodeKey("Paper", input.paperId)! };
    await dataSource.transaction(async (manager) => {
      if (await manager.existsBy(Upvote, vote)) return;
      await manager.insert(Upvote, vote);
      await manager.increment(Paper, { rowId: vote.paperId }, "upvoteCount", 1);
    });
    return { paper: await dataSource.getRepository(Paper).findOneByOrFail({ rowId: vote.paperId }) };
  }
}

@Resolver(() => Author)
class StockAuthorResolver {
  @Query(() => Author, { nullable: true })
  author(@Arg("id", () => ID) id: string, @Ctx() { dataSource }: Context): Promise<Author | null> {
    return dataSource.getRepository(Author).findOneBy({ rowId: decodeNodeKey("Author", id)! });
  }

  @FieldResolver(() => StockPapers)
  async papers(
    @Root() author: Author,
    @Arg("first", () => Int) first: number,
    @Ctx() { dataSource }: Context,
  ): Promise<StockPapers> {
    const written = await dataSource.getRepository(Authorship).findBy({ authorId: author.rowId });
    const ids = written.map((each) => each.paperId);
    const nodes = await dataSource.getRepository(Paper).find({
      where: { rowId: In(ids) },
      order: { publishedOn: { direction: "DESC", nulls: "LAST" }, rowId: "DESC" },
      take: first,
    });
    return { nodes };
  }
}

async function main(): Promise<void> {
  const dataSource = await openDataSource(process.env.DATABASE_URL!);
  const byId = <Row extends { rowId: number }>(entity: new () => Row) =>
    new DataLoader<number, Row>(async (ids) => {
      const rows = await dataSource.getRepository<{ rowId: number }>(entity).findBy({ rowId: In([...ids]) });
      const found = new Map(rows.map((row) => [row.rowId, row as Row]));
      return ids.map((id) => found.get(id)!);
    });
  const createContext = async (authorization: string | undefined): Promise<Context> => ({
    dataSource,
    token: authorization?.slice("Bearer ".length),
    authors: byId(Author),
    users: byId(User),
    authorships: new DataLoader(async (paperIds) => {
      const rows = await dataSource
        .getRepository(Authorship)
        .find({ where: { paperId: In([...paperIds]) }, order: { position: "ASC" } });
      return paperIds.map((paperId) => rows.filter((row) => row.paperId === paperId));
    }),
  });
  const schema = await buildSchema({
    resolvers: [StockUpvoteResolver, StockNodeResolver, StockPaperResolver, StockAuthorResolver],
    validate: false,
  });
  const apollo = new ApolloServer<Context>({ schema });
  const { url } = await startStandaloneServer(apollo, {
    listen: { port: 0, host: "127.0.0.1" },
    context: ({ req }) => createContext(req.headers.authorization),
  });
  process.send!(Number(new URL(url).port));
}

void main();
