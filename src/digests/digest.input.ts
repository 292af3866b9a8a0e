import { Field, InputType, Int } from "type-graphql";
import { DateScalar, EmailAddressScalar, TimeZoneScalar } from "../graphql/scalars";
import { PaperFilter } from "../papers/paper-filter.input";
import { DigestFrequency, Weekday } from "./digest.types";

@InputType({ description: "The digest to subscribe to. Until it is confirmed, only one confirmation mail is sent." })
export class SubscribeToDigestInput {
  @Field(() => EmailAddressScalar, {
    description:
      "Where to send it, spelt as in the confirmed request, with the domain in ASCII. For limits, case and plus tags do not make another mailbox, nor do dots at Gmail and Proton.",
  })
  email!: string;

  @Field(() => DigestFrequency, { defaultValue: DigestFrequency.DAILY, description: "How often." })
  frequency!: DigestFrequency;

  @Field(() => Weekday, {
    nullable: true,
    description:
      "The day of a WEEKLY digest. When omitted, the first after the week closes: TUESDAY, or WEDNESDAY where `hour` on a Tuesday is before 00:00 UTC.",
  })
  weekday?: Weekday | null;

  @Field(() => Int, { nullable: true, description: "Local hour of sending, 0 to 23; 7 when omitted." })
  hour?: number | null;

  @Field(() => TimeZoneScalar, { nullable: true, description: "The zone of `hour` and `weekday`; UTC when omitted." })
  timeZone?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Maximum number of papers in one digest, 1 to 50; 10 when omitted.",
  })
  maxPapers?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether a digest without papers is skipped rather than sent empty; true when omitted.",
  })
  skipEmpty?: boolean | null;

  @Field(() => PaperFilter, {
    nullable: true,
    description:
      "Which papers, as in lists and feeds. Days and `featured` are refused: a digest follows the feeds' days.",
  })
  filter?: PaperFilter | null;

  @Field(() => String, {
    description: "Version of the consent text that was shown, 1 to 100 characters; stored as a record of the consent.",
  })
  consentVersion!: string;
}

@InputType({ description: "The secret in a link of one of our mails." })
export class DigestTokenInput {
  @Field(() => String, { description: "The part of the link after its last slash." })
  token!: string;
}

@InputType({ description: "Changes to a subscription; omitted fields stay as they are." })
export class UpdateDigestSubscriptionInput {
  @Field(() => String, { description: "A management token, from any mail sent since the last unsubscribing." })
  token!: string;

  @Field(() => DigestFrequency, { nullable: true, description: "How often." })
  frequency?: DigestFrequency | null;

  @Field(() => Weekday, { nullable: true, description: "The day of a WEEKLY digest." })
  weekday?: Weekday | null;

  @Field(() => Int, { nullable: true, description: "Local hour of sending, 0 to 23." })
  hour?: number | null;

  @Field(() => TimeZoneScalar, { nullable: true, description: "The zone of `hour` and `weekday`." })
  timeZone?: string | null;

  @Field(() => Int, { nullable: true, description: "Maximum number of papers in one digest, 1 to 50." })
  maxPapers?: number | null;

  @Field(() => Boolean, { nullable: true, description: "Whether a digest without papers is skipped." })
  skipEmpty?: boolean | null;

  @Field(() => PaperFilter, { nullable: true, description: "Which papers; replaces the whole filter." })
  filter?: PaperFilter | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Pauses until this day, which must be in the future; null resumes at once.",
  })
  pausedUntil?: string | null;
}
