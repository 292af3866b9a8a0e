import { Field, Int, ObjectType } from "type-graphql";
import { DateScalar } from "../graphql/scalars";

@ObjectType({ simpleResolvers: true, description: "A paper's number of upvotes at the end of a day." })
export class UpvoteCount {
  @Field(() => DateScalar, { description: "A UTC day on which the number changed." })
  date!: string;

  @Field(() => Int, { description: "All upvotes until the end of that day; so far, if it is today." })
  upvoteCount!: number;
}
