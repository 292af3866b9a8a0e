import { Field, Float, Int, ObjectType } from "type-graphql";
import type { Keyed } from "../db/keyset";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { Paper } from "../papers/paper.entity";
import type { FoundPaper } from "./search.service";
import { SearchArm } from "./search-mode";

@ObjectType({
  simpleResolvers: true,
  description: "Where the searched words occur in a text: plain text with offsets, so that no HTML has to be trusted.",
})
export class SearchHighlight {
  @Field(() => String, { description: "title, authors, keywords or abstract." })
  field!: string;

  @Field(() => String, { description: 'The text, or the parts of it around matches, joined by " … ".' })
  text!: string;

  @Field(() => [[Int]], {
    description: "Matches as [start, end) offsets into `text`, in UTF-16 code units as JavaScript counts.",
  })
  ranges!: number[][];
}

@ObjectType({ description: "A search result." })
export class PaperSearchEdge extends edgeType(Paper) {
  @Field(() => Float, {
    description:
      "How well it matches; comparable within one query and mode only. By KEYWORD fields weigh in this order: title, author names, keywords, abstract. By MEANING it is the likeness of paper and query, 0 to 1; by HYBRID the sum of 1 / (60 + rank) over the arms that found the paper.",
  })
  score!: number;

  @Field(() => [SearchArm], { description: "How the search found the paper." })
  foundBy!: SearchArm[];

  /** The query to highlight in the paper. */
  searchedFor!: string;

  constructor(page: CursorSource, row: Keyed<FoundPaper>, node: Paper) {
    super(page, row, node);
    this.score = row.score ?? row.key0;
    this.foundBy = row.foundBy ?? [SearchArm.KEYWORD];
    this.searchedFor = row.searchedFor;
  }
}

@ObjectType({ description: "A page of search results." })
export class PaperSearchConnection extends connectionType<FoundPaper, Paper, PaperSearchEdge>(
  Paper,
  PaperSearchEdge,
  (row) => row,
) {}
