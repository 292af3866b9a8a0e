import type { Database } from "../../src/db/database";
import { importInBulk } from "../../src/ingest/bulk";
import { importItems } from "../../src/ingest/importer";
import type { PaperLook } from "../../src/ingest/look";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { createAccessToken } from "../../src/users/access-token.service";
import { ensureUser } from "../../src/users/user.service";

let serial = 0;

/** A look at a paper of its own, with everything that a test does not care about filled in. */
export function look(over: Partial<PaperLook> = {}): PaperLook {
  serial++;
  return {
    place: `item ${serial}`,
    seenAt: new Date("2026-01-10T00:00:00Z"),
    title: `Paper number ${serial}`,
    publishedOn: "2026-01-05",
    ...over,
  };
}

/** Featured at the start of a day, or at a later time of it. */
export function featured(on: string, time = "00:00:00"): PaperLook["featured"] {
  return { on, at: new Date(`${on}T${time}Z`) };
}

export async function importLooks(db: Database, looks: PaperLook[], batchSize?: number) {
  const items = looks.map((each) => ({ look: each, notes: [] }));
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
