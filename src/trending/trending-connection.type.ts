import { Field, Float, Int, ObjectType } from "type-graphql";
import type { Keyed } from "../db/keyset";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { Paper } from "../papers/paper.entity";
import type { TrendingPaper } from "./trending.service";

@ObjectType({ simpleResolvers: true, description: "A trending paper." })
export class TrendingPaperEdge extends edgeType(Paper) {
  @Field(() => Int, { description: "1-based, in the unfiltered list." })
  rank!: number;

  @Field(() => Float, {
    description:
      "Effective votes now: the sum over its votes of 2^(-age / half-life), so a vote that is one half-life old counts 0.5.",
  })
  score!: number;

  constructor(page: CursorSource, row: Keyed<TrendingPaper>, node: Paper) {
    super(page, row, node);
    this.rank = row.rank;
    this.score = row.score;
  }
}

@ObjectType({ description: "A page of trending papers." })
export class TrendingPaperConnection extends connectionType<TrendingPaper, Paper, TrendingPaperEdge>(
  Paper,
  TrendingPaperEdge,
  (row) => row,
) {}
