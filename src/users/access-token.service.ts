import { createHash, randomBytes } from "node:crypto";
import { columnsOf } from "../db/columns";
import type { Db, Transaction, WritableDb } from "../db/database";
import { KeyedStatement } from "../db/keyed-statement";
import { rowsOf } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import { AccessToken, type AccessTokenScope } from "./access-token.entity";
import type { NoteUse } from "./token-uses";
import type { User } from "./user.entity";
import { isNamed, userColumns } from "./user.service";
import type { Viewer } from "./viewer";

/** The prefix of access tokens, by which scanners for leaked secrets recognize them. */
export const TOKEN_PREFIX = "dp_";
const SECRET_BYTES = 32;

export const tokenColumns: Sql = columnsOf(AccessToken, "t");
/** Whether a token `t` has not ended. */
const works = sql`t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

/** The most ended tokens that are kept of a user who creates new ones. */
const MAX_ENDED = 50;
const endedAt = sql`least(t.revoked_at, t.expires_at)`;

export interface NewToken {
  name: string;
  scopes: readonly AccessTokenScope[];
  expiresAt: Date | null;
  /** The token that creates it, and with which it ends; null for the command line and JWTs. */
  parentId: number | null;
}

/** Why no token was created: the user has the maximum already, or the parent has ended in the meantime. */
export type NoToken = "tooMany" | "parentEnded";

/**
 * Creates a token of 256 random bits. The secret is returned once and stored only as its SHA-256. Even with concurrent calls
 * a user has at most `most` working tokens, and a token whose parent is being revoked is not created, or ends with it.
 */
export async function createAccessToken(
  db: WritableDb,
  userId: number,
  { name, scopes, expiresAt, parentId }: NewToken,
  most: number,
): Promise<{ accessToken: AccessToken; secret: string } | NoToken> {
  const secret = TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
  const secretHash = hash(secret);
  return db.transaction(async (tx) => {
    await lockUser(tx, userId);
    // A transaction that is retried because its commit was not acknowledged may have created the token already.
    const [state] = await tx.query<{ isFull: boolean; parentWorks: boolean }>(sql`
      select count(*) filter (where ${works} and t.secret_hash <> ${secretHash}) >= ${most}::int as "isFull",
        ${parentId}::int is null or count(*) filter (where ${works} and t.id = ${parentId}::int) = 1 as "parentWorks"
      from access_tokens t where t.user_id = ${userId}::int`);
    if (!state!.parentWorks) return "parentEnded";
    if (state!.isFull) return "tooMany";
    await tx.query(sql`
      delete from access_tokens where id in (
        select t.id from access_tokens t where t.user_id = ${userId}::int and not (${works})
        order by ${endedAt} desc offset ${MAX_ENDED}::int)`);
    const [accessToken] = await tx.query<AccessToken>(sql`
      insert into access_tokens as t (user_id, name, scopes, expires_at, secret_hash, parent_id)
      values (${userId}::int, ${name}, ${scopes}::text[], ${expiresAt}, ${secretHash}, ${parentId}::int)
      on conflict (secret_hash) do update set name = excluded.name
      returning ${tokenColumns}`);
    return { accessToken: accessToken!, secret };
  });
}

/** Serializes changes of a user's tokens and webhooks. Votes and reads are not blocked. */
export async function lockUser(tx: Transaction, userId: number): Promise<void> {
  await tx.query(sql`select from users where id = ${userId}::int for no key update`);
}

type TokenViewer = User & Omit<Viewer, "user"> & { tokenId: number; isStale: boolean };

const viewerColumns: Sql = sql`${userColumns}, t.scopes, t.expires_at as "expiresAt", t.id as "tokenId",
  coalesce(t.last_used_at < now() - interval '1 minute', true) as "isStale"`;

/** The statement of a `KeyedStatement`: the viewer of each token with one of the hashes. */
const viewersOf = (hashes: readonly Buffer[]): Sql =>
  rowsOf(
    viewerColumns,
    sql`${hashes}::bytea[]`,
    sql`access_tokens t on t.secret_hash = k.id and ${works} join users w on w.id = t.user_id`,
  );

/** The viewer of a secret; null when it is wrong, expired or revoked. */
export async function findTokenViewer(db: Db, secret: string, noteUse: NoteUse): Promise<Viewer | null> {
  const [row] = await db.query<TokenViewer & { parent: number }>(
    new KeyedStatement("viewer", [hash(secret)], viewersOf),
  );
  if (!row) return null;
  const { scopes, expiresAt, tokenId, isStale, parent: _, ...user } = row;
  // Not awaited: readers with a token can read even while all connections for writes wait for a locked paper.
  if (isStale) noteUse(tokenId);
  return { user, tokenId, scopes, expiresAt };
}

/** The working tokens of one user, or of all. */
export function listAccessTokens(db: Db, username: string | null): Promise<(AccessToken & { username: string })[]> {
  return db.query(sql`
    select ${tokenColumns}, w.username from access_tokens t join users w on w.id = t.user_id
    where ${works} and ${username === null ? sql`true` : isNamed(username)}
    order by t.id`);
}

/**
 * Revokes a token for good, with all that it created, directly or indirectly; true when it worked until now. With a user id,
 * only that user's own. Idempotent.
 */
export function revokeAccessToken(db: WritableDb, id: number, userId: number | null): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [owner] = await tx.query<{ userId: number }>(sql`
      select t.user_id as "userId" from access_tokens t
      where t.id = ${id}::int and t.user_id = coalesce(${userId}::int, t.user_id)`);
    if (!owner) return false;
    await lockUser(tx, owner.userId);
    const [token] = await tx.query<{ worked: boolean }>(sql`
      with recursive made (id, worked) as (
        select t.id, ${works} from access_tokens t where t.id = ${id}::int
        union
        select t.id, ${works} from access_tokens t join made on t.parent_id = made.id
      ), revoked as (
        update access_tokens t set revoked_at = now() from made where t.id = made.id and t.revoked_at is null
      )
      select worked from made where id = ${id}::int`);
    return token?.worked ?? false;
  });
}

/** Deletes the tokens that ended more than 30 days ago. Idempotent. */
export async function forgetEndedTokens(db: WritableDb): Promise<void> {
  await db.write(sql`delete from access_tokens t where ${endedAt} < now() - interval '30 days'`);
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
