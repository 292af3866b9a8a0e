import { createHash, randomBytes } from "node:crypto";
import { columnsOf } from "../db/columns";
import type { Db, Transaction, WritableDb } from "../db/database";
import { rowsOf } from "../db/loaders";
import { PerKey } from "../db/per-key";
import { type Sql, sql } from "../db/sql";
import { AccessToken, type AccessTokenScope } from "./access-token.entity";
import type { NoteUse } from "./token-uses";
import type { User } from "./user.entity";
import { isNamed, userColumns } from "./user.service";
import type { Viewer } from "./viewer";

/** What our tokens begin with, so that a scanner for leaked secrets can tell them. */
export const TOKEN_PREFIX = "dp_";
const SECRET_BYTES = 32;

export const tokenColumns: Sql = columnsOf(AccessToken, "t");
const isGood = sql`t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`;

/** Of a user's tokens that ended, so many are kept, and for so long; then nobody asks for them any more. */
const MAX_ENDED = 50;
const ended = sql`least(t.revoked_at, t.expires_at)`;

export interface NewToken {
  name: string;
  scopes: readonly AccessTokenScope[];
  expiresAt: Date | null;
  /** The token that makes it, and that it ends with; null for the command line and JWTs. */
  parentId: number | null;
}

/** Why there is no new token: the user has as many as may be, or what makes it has ended in the meantime. */
export type NoToken = "tooMany" | "parentEnded";

/**
 * Makes a token of 256 random bits. The secret is returned once and stored only as its SHA-256. Of many that are made at
 * once for a user, no more than `most` work; a token that is made while its parent is revoked is not made, or ends with it.
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
    await takeTurn(tx, userId);
    // When the transaction is run again because its end was not heard, the token may be there already.
    const [state] = await tx.read<{ isFull: boolean; mayMake: boolean }>(sql`
      select count(*) filter (where ${isGood} and t.secret_hash <> ${secretHash}) >= ${most}::int as "isFull",
        ${parentId}::int is null or count(*) filter (where ${isGood} and t.id = ${parentId}::int) = 1 as "mayMake"
      from access_tokens t where t.user_id = ${userId}::int`);
    if (!state!.mayMake) return "parentEnded";
    if (state!.isFull) return "tooMany";
    await tx.read(sql`
      delete from access_tokens where id in (
        select t.id from access_tokens t where t.user_id = ${userId}::int and not (${isGood})
        order by ${ended} desc offset ${MAX_ENDED}::int)`);
    const [accessToken] = await tx.read<AccessToken>(sql`
      insert into access_tokens as t (user_id, name, scopes, expires_at, secret_hash, parent_id)
      values (${userId}::int, ${name}, ${scopes}::text[], ${expiresAt}, ${secretHash}, ${parentId}::int)
      on conflict (secret_hash) do update set name = excluded.name
      returning ${tokenColumns}`);
    return { accessToken: accessToken!, secret };
  });
}

/** What changes a user's tokens is done one after the other. Votes and reads go on. */
async function takeTurn(tx: Transaction, userId: number): Promise<void> {
  await tx.read(sql`select from users where id = ${userId}::int for no key update`);
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
    where ${isGood} and ${username === null ? sql`true` : isNamed(username)}
    order by t.id`);
}

/**
 * Ends a token for good, with those that it made, those that these made, and so on; true when it worked until now. With a
 * user id, only that user's own.
 */
export function revokeAccessToken(db: WritableDb, id: number, userId: number | null): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [owner] = await tx.read<{ userId: number }>(sql`
      select t.user_id as "userId" from access_tokens t
      where t.id = ${id}::int and t.user_id = coalesce(${userId}::int, t.user_id)`);
    if (!owner) return false;
    await takeTurn(tx, owner.userId);
    const [token] = await tx.read<{ worked: boolean }>(sql`
      with recursive made (id, worked) as (
        select t.id, ${isGood} from access_tokens t where t.id = ${id}::int
        union
        select t.id, ${isGood} from access_tokens t join made on t.parent_id = made.id
      ), revoked as (
        update access_tokens t set revoked_at = now() from made where t.id = made.id and t.revoked_at is null
      )
      select worked from made where id = ${id}::int`);
    return token?.worked ?? false;
  });
}

/** Forgets the tokens that ended more than 30 days ago. Doing it again changes nothing. */
export async function forgetEndedTokens(db: WritableDb): Promise<void> {
  await db.write(sql`delete from access_tokens t where ${ended} < now() - interval '30 days'`);
}

function hash(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
