import type { GraphQLInputObjectType, GraphQLSchema } from "graphql";
import { Field, ID, InputType } from "type-graphql";

@InputType({ description: "One paper, by exactly one of these." })
export class PaperBy {
  @Field(() => ID, { nullable: true, description: "Global id, as in `Paper.id`." })
  id?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "2409.04828, cs/9901001, the paper's page on arxiv.org or huggingface.co, its arXiv DOI, or one of these as it is cited: arXiv:2409.04828v2 [cs.CV]. The version is ignored. Pages of other sites are refused.",
  })
  arxivId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "DOI of the published version, or arXiv's own: 10.1000/182, doi:10.1000/182 or https://doi.org/10.1000/182, in any case. Of several papers with one DOI, the first that was stored.",
  })
  doi?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Whatever was pasted: any form that `arxivId` or `doi` takes, or the address that `Paper.url` gives.",
  })
  url?: string | null;
}

/** Makes PaperBy a OneOf Input Object (GraphQL, September 2025, 3.10.1), for which type-graphql has no option. */
export function requireOneReference(schema: GraphQLSchema): void {
  (schema.getType("PaperBy") as GraphQLInputObjectType).isOneOf = true;
}
