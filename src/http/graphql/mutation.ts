import { badUserInput } from "../../graphql/errors";
import type { HttpContext } from "../server-options";

/** To be called before a mutation is admitted: reads what it has written; throws where it came by GET. */
export function beginMutation({ turn, readPrimary }: Pick<HttpContext, "turn" | "readPrimary">): void {
  // RFC 9110, 15.5.6: a 405 lists the methods that are allowed.
  if (turn.isSafe) throw badUserInput("query", "A mutation must be sent by POST.", 405, { allow: "POST" });
  readPrimary();
}
