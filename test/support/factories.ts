import type { Database } from "../../src/db/database";
import { importInBulk, importItems } from "../../src/ingest/importer";
import type { SourceRecord } from "../../src/ingest/source-record";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { createAccessToken } from "../../src/users/access-token.service";
import { ensureUser } from "../../src/users/user.service";

let serial = 0;

/** A record of a paper of its own, with everything that a test does not care about filled in. */
export function sourceRecord(over: Partial<SourceRecord> = {}): SourceRecord {
  serial++;
  return {
    location: `item ${serial}`,
    observedAt: new Date("2026-01-10T00:00:00Z"),
    title: `Paper number ${serial}`,
    publishedOn: "2026-01-05",
    ...over,
  };
}

/** Featured at the start of a day, or at a later time of it. */
export function featured(on: string, time = "00:00:00"): SourceRecord["featured"] {
  return { on, at: new Date(`${on}T${time}Z`) };
}

export async function importRecords(db: Database, records: SourceRecord[], batchSize?: number) {
  const items = records.map((each) => ({ record: each, notes: [] }));
  return importInBulk(db, () => importItems(db, items, { batchSize }));
}

/** A user with a token that may vote (or what else is asked for); gives the token's secret. */
export async function signIn(
  db: Database,
  username: string,
  scopes: AccessTokenScope[] = [AccessTokenScope.UPVOTES_WRITE],
  expiresAt: Date | null = null,
): Promise<string> {
  const user = await ensureUser(db, username);
  const made = await createAccessToken(db, user.rowId, { name: "test", scopes, expiresAt, parentId: null }, 1000);
  if (typeof made === "string") throw new Error(made);
  return made.secret;
}
