import { setTimeout as sleep } from "node:timers/promises";
import type { TestApi } from "./api";
import type { TestDatabase } from "./database";
import { importRecords, signIn, sourceRecord } from "./factories";

export interface Votes {
  paperId: string;
  /** Of a user who upvoted the paper. */
  token: string;
  /** Gives the same as the promise; another user's vote changes again and again until it does. */
  until<T>(promise: Promise<T>): Promise<T>;
}

/** A paper that listeners hear votes of. */
export async function createVotes(db: TestDatabase, api: TestApi): Promise<Votes> {
  await importRecords(db, [sourceRecord({ authors: ["Ada L."] })]);
  const paperId = (await api.data("{ papers(first: 1) { nodes { id } } }")).papers.nodes[0].id;
  const change = (field: string, token: string) =>
    api.data(`mutation ($id: ID!) { ${field}(input: { paperId: $id }) { changed } }`, { id: paperId }, token);
  const token = await signIn(db, "ada");
  await change("upvotePaper", token);
  const other = await signIn(db, "bob");
  let stands = false;
  return {
    paperId,
    token,
    async until(promise) {
      const isThere = promise.then(() => true);
      while (!(await Promise.race([isThere, sleep(25, false)]))) {
        stands = !stands;
        await change(stands ? "upvotePaper" : "removePaperUpvote", other);
      }
      return promise;
    },
  };
}
