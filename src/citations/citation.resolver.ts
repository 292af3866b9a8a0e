import { GraphQLError } from "graphql";
import { Arg, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { Paper } from "../papers/paper.entity";
import { CitationFormat } from "./citation-format.type";

/** Points for reading the names of all authors, and for writing them. */
const CITATION_COST = 15;
/** Authors that the citations of one request may name together: 500 of each of a hundred papers. Their bytes are not in its cost. */
const MAX_NAMES = 50_000;

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
    @Ctx() { loaders, turn }: Context,
  ): Promise<string> {
    const citation = await loaders.citation.load(paper);
    turn.namesCited = (turn.namesCited ?? 0) + citation.authorCount;
    if (turn.namesCited > MAX_NAMES) throw tooManyNames();
    return citation.write(format);
  }
}

function tooManyNames(): GraphQLError {
  return new GraphQLError(
    `The citations of a request may name ${MAX_NAMES} authors together: ask for fewer papers or formats at a time.`,
    { extensions: { code: "QUERY_TOO_COMPLEX" } },
  );
}
