import { Field, ObjectType } from "type-graphql";
import { DateScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";
import { FeedPeriod, type Span } from "./period";

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "The papers featured in one period, ranked. A period without papers is an empty feed, not an error: see `previous` and `next`.",
})
export class Feed implements Span {
  id!: string;

  @Field(() => FeedPeriod, { description: "The span of the feed." })
  period!: FeedPeriod;

  @Field(() => String, {
    description: "The period's name: 2026-10-07 (DAY), 2026-W41 (WEEK, ISO 8601) or 2026-10 (MONTH).",
  })
  key!: string;

  @Field(() => DateScalar, { description: "First UTC day of the period." })
  startDate!: string;

  @Field(() => DateScalar, { description: "Last UTC day of the period, inclusive." })
  endDate!: string;
}
