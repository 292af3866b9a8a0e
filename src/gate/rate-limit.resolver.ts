import { Ctx, Directive, Field, Int, ObjectType, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { DateTimeScalar } from "../scalars";
import type { Admission } from "./gate";

@ObjectType({
  simpleResolvers: true,
  description:
    "What you may spend. Every operation costs points, as many as its work takes time: some for each token of the document, each row of a list, each word of a filter and each count; a minute has so many of them for each user, and for each address that asks without an account.",
})
class RateLimit {
  @Field(() => Int, { description: "Points in a minute; 0 when this server sets no limit." })
  limit!: number;

  @Field(() => Int, { description: "Points that this operation costs." })
  cost!: number;

  @Field(() => Int, { description: "Points spent in the current minute, this operation's included." })
  used!: number;

  @Field(() => Int, { description: "Points left in the current minute." })
  remaining!: number;

  @Field(() => DateTimeScalar, { description: "When the current minute ends and all points are there again." })
  resetAt!: Date;
}

@Resolver()
export class RateLimitResolver {
  @Directive("@cacheControl(maxAge: 0, scope: PRIVATE)")
  @Query(() => RateLimit, {
    description: "What this operation costs and what is left. The headers RateLimit and RateLimit-Policy say the same.",
  })
  rateLimit(@Ctx() { admission }: Context): Admission {
    if (!admission) throw new Error("An operation is executed that was not admitted");
    return admission;
  }
}
