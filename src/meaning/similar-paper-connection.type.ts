import { Field, Float, Int, ObjectType } from "type-graphql";
import type { MaybePromise } from "../async/maybe-promise";
import type { Keyed } from "../db/keyset";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { Paper } from "../papers/paper.entity";
import { MAX_NEAREST } from "./nearest-papers.service";

@ObjectType({ simpleResolvers: true, description: "A paper that is like others." })
export class SimilarPaperEdge extends edgeType(Paper) {
  @Field(() => Float, {
    description:
      "How like them it is, by title and abstract: the cosine of its vector and the mean of theirs, 0 to 1. By the model that comes with the project, papers above 0.5 are mostly about the same; comparable within one model only.",
  })
  likeness!: number;

  constructor(page: CursorSource, row: Keyed<Paper>, node: Paper) {
    super(page, row, node);
    this.likeness = Math.max(0, Number(row.key0));
  }
}

@ObjectType({ description: "A page of papers that are like others." })
export class SimilarPaperConnection extends connectionType<Paper, Paper, SimilarPaperEdge>(
  Paper,
  SimilarPaperEdge,
  (row) => row,
) {
  @Field(() => Int, {
    description: `Size of the whole filtered list, whatever the page: at most ${MAX_NEAREST}. Counted only when it is selected.`,
  })
  override totalCount(): MaybePromise<number> {
    return super.totalCount();
  }
}
