import type { GraphQLObjectType, GraphQLSchema } from "graphql";
import { Author } from "../authors/author.entity";
import { columnNamesOf } from "../db/columns";
import { contentColumns } from "./content";

/** Fields that change only with a paper's revision; those of authors only where a paper prints them. */
const contentFields: Record<string, readonly string[]> = {
  Paper: [...contentColumns, "authors", "primaryCategory", "source"],
  PaperAuthorConnection: ["edges", "nodes"],
  PaperAuthorEdge: ["cursor", "name", "node", "position"],
  Author: [...columnNamesOf(Author), "id"],
};

/** Marks what papers keep encoded. */
export function markContent(schema: GraphQLSchema): void {
  for (const [type, names] of Object.entries(contentFields)) {
    const fields = (schema.getType(type) as GraphQLObjectType).getFields();
    for (const name of names) {
      const field = fields[name];
      if (field) field.extensions = { ...field.extensions, isContent: true };
    }
  }
  const paper = schema.getType("Paper")!;
  paper.extensions = { ...paper.extensions, hasParts: true };
}
