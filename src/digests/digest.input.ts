import { Field, InputType, Int } from "type-graphql";
import { PaperFilter } from "../papers/paper-filter.input";
import { DateScalar, EmailAddressScalar, TimeZoneScalar } from "../scalars";
import { DigestFrequency, Weekday } from "./digest.types";

@InputType({ description: "A digest to ask for. Nothing but one mail that asks to confirm is sent before that." })
export class SubscribeToDigestInput {
  @Field(() => EmailAddressScalar, {
    description:
      "Where it goes, as it is spelt in the request that is confirmed. Case and plus-tag make no other mailbox for limits; nor do dots at Gmail and Proton.",
  })
  email!: string;

  @Field(() => DigestFrequency, { defaultValue: DigestFrequency.DAILY, description: "How often." })
  frequency!: DigestFrequency;

  @Field(() => Weekday, {
    nullable: true,
    description:
      "The day of a WEEKLY digest. When omitted, the first after the week's close: TUESDAY, or WEDNESDAY where `hour` on a Tuesday comes before 00:00 UTC.",
  })
  weekday?: Weekday | null;

  @Field(() => Int, { nullable: true, description: "Local hour of sending, 0 to 23; 7 when omitted." })
  hour?: number | null;

  @Field(() => TimeZoneScalar, { nullable: true, description: "The zone of `hour` and `weekday`; UTC when omitted." })
  timeZone?: string | null;

  @Field(() => Int, { nullable: true, description: "At most so many papers in one digest, 1 to 50; 10 when omitted." })
  maxPapers?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a digest without papers is left out rather than sent empty; true when omitted.",
  })
  skipEmpty?: boolean | null;

  @Field(() => PaperFilter, {
    nullable: true,
    description:
      "Which papers, as in lists and feeds. Days and `featured` do not go with a digest, which goes by the feeds' days.",
  })
  filter?: PaperFilter | null;

  @Field(() => String, {
    description: "Version of the consent text that was shown, 1 to 100 characters; kept as its record.",
  })
  consentVersion!: string;
}

@InputType({ description: "The secret of a link in one of our mails." })
export class DigestTokenInput {
  @Field(() => String, { description: "As it stands in the link, behind its last slash." })
  token!: string;
}

@InputType({ description: "What to change of a subscription; what is left out stays as it is." })
export class UpdateDigestSubscriptionInput {
  @Field(() => String, { description: "A management token, from any mail that was sent since the last unsubscribing." })
  token!: string;

  @Field(() => DigestFrequency, { nullable: true, description: "How often." })
  frequency?: DigestFrequency | null;

  @Field(() => Weekday, { nullable: true, description: "The day of a WEEKLY digest." })
  weekday?: Weekday | null;

  @Field(() => Int, { nullable: true, description: "Local hour of sending, 0 to 23." })
  hour?: number | null;

  @Field(() => TimeZoneScalar, { nullable: true, description: "The zone of `hour` and `weekday`." })
  timeZone?: string | null;

  @Field(() => Int, { nullable: true, description: "At most so many papers in one digest, 1 to 50." })
  maxPapers?: number | null;

  @Field(() => Boolean, { nullable: true, description: "Whether a digest without papers is left out." })
  skipEmpty?: boolean | null;

  @Field(() => PaperFilter, { nullable: true, description: "Which papers; replaces the whole filter that stands." })
  filter?: PaperFilter | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Pauses until this day, which is still to come; null goes on at once.",
  })
  pausedUntil?: string | null;
}
