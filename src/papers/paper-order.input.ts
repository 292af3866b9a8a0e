import { Field, InputType, registerEnumType } from "type-graphql";

export enum PaperOrderField {
  PUBLISHED_ON = "PUBLISHED_ON",
  FEATURED_ON = "FEATURED_ON",
  UPVOTES = "UPVOTES",
  COMMENTS = "COMMENTS",
  UPDATED_AT = "UPDATED_AT",
}

registerEnumType(PaperOrderField, {
  name: "PaperOrderField",
  description: "What papers are ordered by. Ties are broken by id, in the same direction, so the order is total.",
  valuesConfig: {
    PUBLISHED_ON: { description: "Day of first publication; papers without one come last in DESC and first in ASC." },
    FEATURED_ON: { description: "Latest feed day; papers never featured come last in DESC and first in ASC." },
    UPVOTES: {
      description: "`upvoteCount`. It changes as people vote; a cursor keeps the count that its page showed.",
    },
    COMMENTS: { description: "`commentCount` at the source." },
    UPDATED_AT: { description: "`updatedAt`, for clients that keep a copy." },
  },
});

export enum OrderDirection {
  ASC = "ASC",
  DESC = "DESC",
}

registerEnumType(OrderDirection, {
  name: "OrderDirection",
  description: "Which end of an order comes first.",
  valuesConfig: {
    ASC: { description: "Smallest, or oldest, first." },
    DESC: { description: "Largest, or newest, first." },
  },
});

@InputType({ description: "How to order papers. Newest publication first when omitted." })
export class PaperOrder {
  @Field(() => PaperOrderField, { defaultValue: PaperOrderField.PUBLISHED_ON, description: "What to order by." })
  field!: PaperOrderField;

  @Field(() => OrderDirection, { defaultValue: OrderDirection.DESC, description: "Which end comes first." })
  direction!: OrderDirection;
}
