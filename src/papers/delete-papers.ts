import { GraphQLError } from "graphql";
import { ExpectedError } from "../config/expected-error";
import type { WritableDb } from "../db/database";
import { lockImports } from "../db/locks";
import { sql } from "../db/sql";
import { decodeNodeKey } from "../nodes/node-id";
import { findPaper } from "./find-paper";
import type { Paper } from "./paper.entity";
import { paperLoaders } from "./paper.loaders";
import { createPaperReader } from "./paper-reader";

interface Deletion {
  deleted: Paper[];
  /** The references to no paper. */
  unknown: string[];
}

/**
 * Deletes papers, with all that belongs to them, by references as `paper(by:)` takes them: global ids, and whatever `by.url`
 * takes. One transaction, which excludes imports. Throws ExpectedError for a text that is no reference; then none is deleted.
 */
export function deletePapers(db: WritableDb, references: readonly string[]): Promise<Deletion> {
  return db.bulk(async (tx) => {
    await lockImports(tx);
    const sources = { db: tx, papers: createPaperReader(tx) };
    const loaders = {
      paper: paperLoaders.paper(sources, "paper"),
      paperByArxivId: paperLoaders.paperByArxivId(sources, "paperByArxivId"),
      paperByDoi: paperLoaders.paperByDoi(sources, "paperByDoi"),
      paperByUrl: paperLoaders.paperByUrl(sources, "paperByUrl"),
    };
    const byKey = new Map<number, Paper>();
    const unknown: string[] = [];
    // One by one: a connection takes one statement at a time.
    for (const reference of references) {
      const paper = await find(reference, loaders);
      if (paper) byKey.set(paper.rowId, paper);
      else unknown.push(reference);
    }
    if (byKey.size > 0) await tx.query(sql`delete from papers where id = any(${[...byKey.keys()]}::int[])`);
    return { deleted: [...byKey.values()], unknown };
  });
}

async function find(reference: string, loaders: Parameters<typeof findPaper>[2]): Promise<Paper | null> {
  const by = decodeNodeKey("Paper", reference) === null ? { url: reference } : { id: reference };
  try {
    return await findPaper(by, "", loaders);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new ExpectedError(
      `"${reference}" is neither the id of a paper, nor an arXiv id, a DOI or an http or https address; nothing was deleted.`,
    );
  }
}
