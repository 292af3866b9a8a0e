import { Ctx, Directive, Field, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { DateTimeScalar } from "../graphql/scalars";
import type { Admitted } from "./admission";

@ObjectType({
  simpleResolvers: true,
  description:
    "The points that the caller may spend. Every operation costs points by the time that its work takes: for each token of the document, each row of a list, each word of a filter and each count. Each user, and each network address without an account, has a number of points a minute.",
})
class RateLimit {
  @Field(() => Int, { description: "Points per minute; 0 when this server sets no limit." })
  limit!: number;

  @Field(() => Int, { description: "Points that this operation costs." })
  cost!: number;

  @Field(() => Int, {
    description: "Points spent in the current minute, this operation's included; 0 when this server sets no limit.",
  })
  used!: number;

  @Field(() => Int, { description: "Points left in the current minute; also 0 when this server sets no limit." })
  remaining!: number;

  @Field(() => DateTimeScalar, { description: "When the current minute ends and all points are available again." })
  resetAt!: Date;
}

@Resolver()
export class RateLimitResolver {
  @Directive("@cacheControl(maxAge: 0, scope: PRIVATE)")
  @Query(() => RateLimit, {
    description: "What this operation costs and what is left. The headers RateLimit and RateLimit-Policy say the same.",
  })
  rateLimit(@Ctx() { turn: { admitted } }: Context): Admitted {
    if (!admitted) throw new Error("An operation is executed that was not admitted");
    return admitted;
  }
}
