import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { Paper } from "../papers/paper.entity";
import { toBibtex } from "./bibtex";
import { CitationFormat } from "./citation-format.type";
import type { CslItem } from "./csl.types";
import { toRis } from "./ris";

/** Points for reading the names of all authors, and for writing them. */
const CITATION_COST = 15;

const writers: Record<CitationFormat, (item: CslItem, paper: Paper) => string> = {
  [CitationFormat.BIBTEX]: toBibtex,
  [CitationFormat.RIS]: toRis,
  [CitationFormat.CSL_JSON]: (item) => JSON.stringify(item),
};

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
    return writers[format](await loaders.citedItem.load(paper), paper);
  }
}
