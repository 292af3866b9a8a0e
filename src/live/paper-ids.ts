import { badUserInput } from "../errors";
import { decodeNodeKey } from "../nodes/node-id";
import type { Paper } from "../papers/paper.entity";

export const MAX_PAPERS = 100;

/** Reads many papers at once; null for each that is not there. */
interface PaperLoaders {
  paper: { loadMany(ids: number[]): Promise<(Paper | null | Error)[]> };
}

/** The papers to listen to; BAD_USER_INPUT names the first id that is of none. */
export async function checkPaperIds({ paper }: PaperLoaders, ids: readonly string[]): Promise<number[]> {
  if (ids.length < 1 || ids.length > MAX_PAPERS) {
    throw badUserInput("paperIds", `paperIds takes 1 to ${MAX_PAPERS} ids, not ${ids.length}.`);
  }
  const keys = ids.map((id, i) => decodeNodeKey("Paper", id) ?? noPaper(i));
  const papers = await paper.loadMany(keys);
  papers.forEach((found, i) => {
    if (found instanceof Error) throw found;
    if (!found) noPaper(i);
  });
  return keys;
}

function noPaper(i: number): never {
  throw badUserInput(`paperIds.${i}`, `paperIds[${i}] is not the id of a paper.`);
}
