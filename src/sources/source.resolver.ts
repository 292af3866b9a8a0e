import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { Feed } from "../feeds/feed.type";
import { badUserInput } from "../graphql/errors";
import { DateScalar, DateTimeScalar } from "../graphql/scalars";
import { Source, SourceKind } from "./source.type";
import { listGaps, listSources } from "./source-status.service";

const SOURCES_COST = 10;
const GAPS_COST = 20;
/** Points for reading what was read of a feed; that of all feeds of one list is read together. */
const READING_COST = 8;
const MAX_GAPS = 1000;

@Resolver(() => Source)
export class SourceResolver {
  @Query(() => [Source], {
    complexity: ({ childComplexity }) => SOURCES_COST + 2 * childComplexity,
    description: "The sources that fill the site by themselves; empty when papers are only imported and sent.",
  })
  sources(@Ctx() { db, sources }: Context): Promise<Source[]> {
    return listSources(db, sources);
  }

  @FieldResolver(() => [DateScalar], {
    complexity: GAPS_COST,
    description:
      "Weekdays that have closed at the source and were never read, newest first, since the first day that is to be filled. A day that was read and had no papers is no gap. Always empty for ARXIV.",
  })
  async gaps(
    @Root() { kind }: Source,
    @Arg("first", () => Int, { defaultValue: 20, description: `Most days, 1 to ${MAX_GAPS}.` }) first: number,
    @Ctx() { db }: Context,
  ): Promise<string[]> {
    if (first < 1 || first > MAX_GAPS) throw badUserInput("first", `first must be from 1 to ${MAX_GAPS}.`);
    return kind === SourceKind.HUGGINGFACE ? (await listGaps(db)).slice(0, first) : [];
  }
}

@Resolver(() => Feed)
export class FeedReadingResolver {
  @FieldResolver(() => DateTimeScalar, {
    complexity: READING_COST,
    nullable: true,
    description: "When a source was last read for the days of this feed, successfully; null: never.",
  })
  async sourceReadAt(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<Date | null> {
    return (await loaders.feedReadings.load(feed)).sourceReadAt;
  }

  @FieldResolver(() => Boolean, {
    complexity: READING_COST,
    description:
      "True when every day of it was read after it had closed at its source, weekends included. Hugging Face's day closes at 21:30 in New York. False for days that are to come, and for those that came by files alone.",
  })
  async isComplete(@Root() feed: Feed, @Ctx() { loaders }: Context): Promise<boolean> {
    return (await loaders.feedReadings.load(feed)).isComplete;
  }
}
