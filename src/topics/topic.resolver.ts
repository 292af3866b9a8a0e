import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { type ListArgs, listCost } from "../paging/page-cost";
import { countFrom, listFrom } from "../paging/relation";
import { newestFirst } from "../papers/paper.order";
import { PaperConnection } from "../papers/paper-connection.type";
import { readTypedName } from "../spelling/typed-name";
import { Topic } from "./topic.entity";
import { allTopics, MAX_COMPARED, topicColumns, topicsNamed } from "./topic.service";
import { TopicConnection } from "./topic-connection.type";

/** Points for finding and comparing topics by name, for counting all, and for sorting the papers of one. */
const LIKENESS_COST = 1500;
const COUNT_COST = 200;
const PAPERS_COST = 50;

const likenessCost = ({ name }: ListArgs & { name?: string | null }) => (typeof name === "string" ? LIKENESS_COST : 0);

@Resolver(() => Topic)
export class TopicResolver {
  @Query(() => TopicConnection, {
    complexity: listCost({ read: likenessCost, count: (args) => COUNT_COST + likenessCost(args) }),
    description: `Topics of papers, those with most papers first. With \`name\`, those with its words, best first, of at most the ${MAX_COMPARED} with most papers.`,
  })
  async topics(
    @Arg("name", () => String, {
      nullable: true,
      description:
        "A topic or its beginning: 1 to 200 characters. Words may be cut short or misspelt, in any of their forms.",
    })
    given: string | null,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { db }: Context,
  ): Promise<TopicConnection> {
    const name = typeof given === "string" ? readTypedName("name", given) : null;
    const { order, from } = name === null ? allTopics : await topicsNamed(db, name);
    return new TopicConnection({
      order,
      binding: JSON.stringify(["topics", name]),
      args,
      fetch: (slice) => listFrom(db, topicColumns, from, slice),
      count: () => countFrom(db, from),
    });
  }

  @FieldResolver(() => PaperConnection, {
    complexity: listCost({ read: () => PAPERS_COST, count: () => 1 }),
    description: "Papers with it among their `keywords`, newest publication first.",
  })
  papers(
    @Root() { rowId }: Topic,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): PaperConnection {
    return new PaperConnection(
      listBelow("Topic.papers", rowId, {
        order: newestFirst,
        args,
        page: loaders.topicPapers,
        count: () => loaders.topicPaperCount,
      }),
    );
  }
}
