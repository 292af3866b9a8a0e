import type { GraphQLError } from "graphql";
import { ArgsType, Field, Int } from "type-graphql";
import type { Order, PagePosition } from "../db/keyset";
import { badUserInput } from "../graphql/errors";
import { decodeCursor } from "./cursor";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "./page-size";

@ArgsType()
export class ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description: "How many items to return, counted from the start or from `after`: 1 to 100, 20 when omitted.",
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Return the items after this cursor. Take it from `pageInfo.endCursor` of the same query; it is valid only for the same list, order and filter.",
  })
  after?: string | null;
}

@ArgsType()
export class PageArgs extends ForwardPageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      "How many items to return, counted from the end or from `before`: 1 to 100. Not together with `first`.",
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Return the items before this cursor, in list order. Take it from `pageInfo.startCursor` of the same query.",
  })
  before?: string | null;
}

/** The position that a list's arguments ask for; BAD_USER_INPUT if they are invalid. `binding`: see `encodeCursor`. */
export function positionOf(args: PageArgs, order: Order, binding: string): PagePosition {
  const backward = isSet(args.last) || isSet(args.before);
  if (backward && (isSet(args.first) || isSet(args.after))) {
    throw badUserInput(isSet(args.last) ? "last" : "before", "Use first with after, or last with before, not both.");
  }
  const sizeName = backward ? "last" : "first";
  const cursorName = backward ? "before" : "after";
  const limit = args[sizeName] ?? DEFAULT_PAGE_SIZE;
  if (limit < 1 || limit > MAX_PAGE_SIZE) {
    throw badUserInput(sizeName, `${sizeName} must be between 1 and ${MAX_PAGE_SIZE}, not ${limit}.`);
  }
  const cursor = args[cursorName];
  const from = isSet(cursor) ? decodeCursor(binding, order, cursor) : null;
  if (isSet(cursor) && !from) {
    throw refuseCursor(cursorName);
  }
  return { limit, backward, from };
}

/** BAD_USER_INPUT for a cursor that is none of the list. */
export function refuseCursor(argument: string): GraphQLError {
  return badUserInput(
    argument,
    `${argument} is not a cursor of this list: it is damaged, or was made with another order or filter. ` +
      "Pass a cursor that the same query returned.",
  );
}

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
