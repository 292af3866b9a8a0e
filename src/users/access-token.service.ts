import { createHash, randomBytes } from "node:crypto";
import { columnsOf } from "../db/columns";
import type { Db, WritableDb } from "../db/database";
import { rowsOf } from "../db/loaders";
import { PerKey } from "../db/per-key";
import { type Sql, sql } from "../db/sql";
import { AccessToken, type AccessTokenScope } from "./access-token.entity";
import type { NoteUse } from "./token-uses";
import type { User } from "./user.entity";
import { userColumns } from "./user.service";
import type { Viewer } from "./viewer";

/** What our tokens begin with, so that a scanner for leaked secrets can tell them. */
export const TOKEN_PREFIX = "dp_";
const SECRET_BYTES = 32;

const tokenColumns: Sql = columnsOf(AccessToken, "t");
const isGood = sql`t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

export interface NewToken {
  name: string;
  scopes: readonly AccessTokenScope[];
  expiresAt: Date | null;
}

/** Makes a token of 256 random bits. The secret is returned once and stored only as its SHA-256. */
export async function createAccessToken(
  db: WritableDb,
  userId: number,
  { name, scopes, expiresAt }: NewToken,
): Promise<{ accessToken: AccessToken; secret: string }> {
  const secret = TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  const [accessToken] = await db.write<AccessToken>(sql`
    insert into access_tokens as t (user_id, name, scopes, expires_at, secret_hash)
    values (${userId}::int, ${name}, ${scopes}::text[], ${expiresAt}, ${hash(secret)})
    on conflict (secret_hash) do update set name = excluded.name
    returning ${tokenColumns}`);
  return { accessToken: accessToken!, secret };
}

type TokenViewer = User & Omit<Viewer, "user"> & { tokenId: number; isStale: boolean };

const viewerColumns: Sql = sql`${userColumns}, t.scopes, t.expires_at as "expiresAt", t.id as "tokenId",
  coalesce(t.last_used_at < now() - interval '1 minute', true) as "isStale"`;

const viewersOf = (hashes: readonly Buffer[]): Sql =>
  rowsOf(
    viewerColumns,
    sql`${hashes}::bytea[]`,
    sql`access_tokens t on t.secret_hash = k.id and ${isGood} join users w on w.id = t.user_id`,
  );

/** The viewer that a secret stands for; null when it is wrong, expired or revoked. */
export async function findTokenViewer(db: Db, secret: string, noteUse: NoteUse): Promise<Viewer | null> {
  const [row] = await db.read<TokenViewer & { parent: number }>(new PerKey("viewer", [hash(secret)], viewersOf));
  if (!row) return null;
  const { scopes, expiresAt, tokenId, isStale, parent: _, ...user } = row;
  // While all connections for writes wait for a locked paper, readers with a token still read.
  if (isStale) noteUse(tokenId);
  return { user, tokenId, scopes, expiresAt };
}

/** The tokens of one user, or of all, that still work. */
export function listAccessTokens(db: Db, username: string | null): Promise<(AccessToken & { username: string })[]> {
  return db.read(sql`
    select ${tokenColumns}, w.username from access_tokens t join users w on w.id = t.user_id
    where ${isGood} and w.username = coalesce(${username}, w.username)
    order by t.id`);
}

/** Ends a token for good; true when it worked until now. With a user id, only that user's own. */
export async function revokeAccessToken(db: WritableDb, id: number, userId: number | null): Promise<boolean> {
  const revoked = await db.write(sql`
    update access_tokens t set revoked_at = now()
    where t.id = ${id}::int and t.user_id = coalesce(${userId}::int, t.user_id) and ${isGood}
    returning t.id`);
  return revoked.length > 0;
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
