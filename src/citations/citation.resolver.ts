import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { Paper } from "../papers/paper.entity";
import { CitationFormat } from "./citation-format.type";

/** Points for reading the names of all authors, and for writing them. */
const CITATION_COST = 15;

@Resolver(() => Paper)
export class CitationResolver {
  @FieldResolver(() => String, {
    complexity: CITATION_COST,
    description:
      "The paper for a bibliography or a reference manager, with all known authors. LaTeX in the title stays; its key, such as liu2024points, changes only with the first author's name, the year of `publishedOn` and the title.",
  })
  async citation(
    @Arg("format", () => CitationFormat, { description: "How it is written." }) format: CitationFormat,
    @Root() paper: Paper,
    @Ctx() { loaders }: Context,
  ): Promise<string> {
    const citation = await loaders.citation.load(paper);
    return citation(format);
  }
}
