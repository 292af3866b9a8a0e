import { Field, ObjectType, registerEnumType } from "type-graphql";
import { DateTimeScalar } from "../graphql/scalars";

/** The names of sources, in capitals. */
export enum SourceKind {
  HUGGINGFACE = "HUGGINGFACE",
  ARXIV = "ARXIV",
}

registerEnumType(SourceKind, {
  name: "SourceKind",
  description: "A source that can fill the site by itself.",
  valuesConfig: {
    HUGGINGFACE: { description: "Hugging Face's Daily Papers: days of papers, with their votes, comments and code." },
    ARXIV: { description: "arXiv: what it says about each paper that has an arXiv id." },
  },
});

// With its name as text: the bundle has other names like it, and numbers their symbols.
@ObjectType("Source", {
  simpleResolvers: true,
  description: "A source that fills the site by itself, and how far that has come.",
})
export class Source {
  @Field(() => SourceKind, { description: "Which one." })
  kind!: SourceKind;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was last read successfully; null: never.",
  })
  lastSuccessAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it is to be asked next, not before the end of a pause that it asked for; in the past while it waits for its turn. Null: nothing is planned.",
  })
  nextAt!: Date | null;

  @Field(() => Boolean, {
    description: "True when something has been due for more than an hour, or nothing was ever read.",
  })
  isBehind!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "Why the last reading failed, in a sentence; null when it succeeded.",
  })
  lastError!: string | null;
}
