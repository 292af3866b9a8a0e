import { Ctx, Directive, Query, Resolver } from "type-graphql";
import type { Context } from "../context";
import { User } from "./user.entity";

@Resolver()
export class ViewerResolver {
  @Directive("@cacheControl(scope: PRIVATE)")
  @Query(() => User, {
    nullable: true,
    description: "The user of the request's Authorization header; null when there is none (anonymous is not an error).",
  })
  viewer(@Ctx() { viewer }: Context): User | null {
    return viewer?.user ?? null;
  }
}
