import { Field, Int, ObjectType } from "type-graphql";
import type { Keyed } from "../db/keyset";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { Author } from "./author.entity";
import type { PrintedAuthor } from "./author.loaders";

@ObjectType({ simpleResolvers: true, description: "An author in a list." })
export class AuthorEdge extends edgeType(Author) {}

@ObjectType({ description: "A page of authors." })
export class AuthorConnection extends connectionType<Author, Author, AuthorEdge>(Author, AuthorEdge, (row) => row) {}

@ObjectType({ simpleResolvers: true, description: "An author as one paper prints them." })
export class PaperAuthorEdge extends edgeType(Author) {
  @Field(() => Int, { description: "1-based, as printed." })
  position!: number;

  @Field(() => String, { description: "The name as printed on this paper; `node.name` may be spelt otherwise." })
  name!: string;

  constructor(page: CursorSource, row: Keyed<PrintedAuthor>, node: Author) {
    super(page, row, node);
    this.position = row.position;
    this.name = row.printedName;
  }
}

@ObjectType({
  description: "A page of a paper's authors. `totalCount` counts the known names; compare it with `Paper.authorCount`.",
})
export class PaperAuthorConnection extends connectionType<PrintedAuthor, Author, PaperAuthorEdge>(
  Author,
  PaperAuthorEdge,
  (row) => row,
) {}
