import { badUserInput } from "../graphql/errors";
import { notAnId } from "../nodes/decode-ids";
import { decodeNodeKey } from "../nodes/node-id";
import { parseArxivId } from "./arxiv-reference";

/** The keys of papers by their ids in an argument, such as filter.near; BAD_USER_INPUT names the first that is none. */
export function decodePaperIds(argument: string, ids: readonly string[]): number[] {
  return ids.map((id, i) => decodeNodeKey("Paper", id) ?? refuse(argument, id, i));
}

function refuse(argument: string, id: string, i: number): never {
  const error = notAnId(argument, "Paper", i);
  if (parseArxivId(id) === null) throw error;
  const message = error.message.replace(
    /\.$/,
    ", but an arXiv id: find the paper by it, and pass the `id` that it has here.",
  );
  throw badUserInput(`${argument}.${i}`, message);
}
