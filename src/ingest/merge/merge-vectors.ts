import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { embedAll, writeVectors } from "../../meaning/vectors.service";

/** Writes the vectors of new papers, which were staged with them. */
export async function writeNewVectors(tx: Transaction): Promise<void> {
  await tx.query(writeVectors(sql`select paper_id, vector from staged where is_new and vector is not null`));
}

/** Writes the vectors of papers whose title or abstract changed, and of new papers that seemed known, which have none yet. */
export async function writeChangedVectors(tx: Transaction): Promise<void> {
  const changed = await tx.query<{ paperId: number; title: string; abstract: string | null }>(sql`
    select p.id as "paperId", p.title, p.abstract from staged s join papers p on p.id = s.paper_id
    where s.text_changed or (s.is_new and s.vector is null)`);
  if (changed.length > 0) await tx.query(writeVectors(embedAll(changed)));
}
