import { createHash } from "node:crypto";
import { recordChange } from "../changes/record-change";
import { ExpectedError } from "../config/expected-error";
import type { Db, WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { recomputeScores } from "../trending/trending.scoring";
import { User } from "./user.entity";

export const userColumns: Sql = nodeColumnsOf("User", User, "w");
const MAX_USERNAME_LENGTH = 39;
const SUFFIX_LENGTH = 5;

/** Whether a text can be a username: 1 to 39 letters, digits, `-` or `_`. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9_-]{1,39}$/i.test(text);
}

/** Whether users `w` have a name, ignoring case. */
export function isNamed(username: string): Sql {
  return sql`lower(w.username collate "C") = lower(${username} collate "C")`;
}

/** The user of a name, whatever its case; null when there is none. */
export async function findUser(db: Db, username: string): Promise<User | null> {
  const [user] = await db.query<User>(sql`select ${userColumns} from users w where ${isNamed(username)}`);
  return user ?? null;
}

/**
 * The user of a name, created if there is none. Throws an ExpectedError if that user signs in at an issuer: it is the issuer
 * that decides what such a user may do.
 */
export async function ensureUser(db: WritableDb, username: string): Promise<User> {
  const [made] = await db.write<User>(sql`
    insert into users as w (username) values (${username}) on conflict do nothing returning ${userColumns}`);
  if (made) return made;
  const [found] = await db.query<User>(sql`
    select ${userColumns} from users w where ${isNamed(username)} and w.issuer is null`);
  if (found) return found;
  throw new ExpectedError(`${username} is a user who signs in at an issuer: choose another name.`);
}

/** What an OpenID Connect issuer says about a user. */
export interface Identity {
  issuer: string;
  subject: string;
  wantedName: string;
  displayName: string | null;
  avatarUrl: string | null;
}

/** The suffix for a name that is taken: always the same for a subject. */
function suffixFor({ issuer, subject }: Identity, attempt: number): string {
  const hash = createHash("sha256").update(JSON.stringify([issuer, subject, attempt]));
  return hash.digest("hex").slice(0, SUFFIX_LENGTH);
}

/** The user of an issuer's subject, created at the first sign-in with a username that is unique regardless of case. */
export async function ensureIdentity(db: WritableDb, identity: Identity): Promise<User> {
  const { issuer, subject, displayName, avatarUrl } = identity;
  // Some issuers send a mail address as the name, which must not become public.
  const base =
    identity.wantedName
      .replace(/@.*/s, "")
      .replace(/[^a-z0-9_-]/gi, "")
      .slice(0, MAX_USERNAME_LENGTH - 1 - SUFFIX_LENGTH) || "reader";
  for (let attempt = 0; ; attempt++) {
    const [found] = await db.query<User>(sql`
      select ${userColumns} from users w where w.issuer = ${issuer} and w.subject = ${subject}`);
    if (found) return found;
    const username = attempt === 0 ? base : `${base}-${suffixFor(identity, attempt)}`;
    // Nothing is inserted when the name is taken, or when another request has just created the user.
    const [made] = await db.write<User>(sql`
      insert into users as w (issuer, subject, username, display_name, avatar_url)
      values (${issuer}, ${subject}, ${username}, ${displayName}, ${avatarUrl})
      on conflict do nothing returning ${userColumns}`);
    if (made) return made;
  }
}

/**
 * Deletes a user with their upvotes, tokens and webhooks, lowers the counts of the papers, and records all papers that showed the user
 * as changed. Returns the username; null when there is no such user.
 */
export function deleteUser(db: WritableDb, username: string): Promise<string | null> {
  return db.bulk(async (tx) => {
    const [user] = await tx.query<{ id: number; username: string }>(
      sql`select w.id, w.username from users w where ${isNamed(username)} for update`,
    );
    if (!user) return null;
    const papers = await tx.query<{ id: number }>(sql`
      with removed as (delete from upvotes where user_id = ${user.id}::int returning paper_id),
        recorded as (${recordChange(sql`select paper_id from removed`, { upvotesChanged: true })}),
        locked as (select p.id from papers p join removed r on r.paper_id = p.id order by p.id for update of p)
      update papers p set upvote_count = upvote_count - 1 from locked l where p.id = l.id
      returning p.id`);
    await tx.query(recomputeScores(papers.map((paper) => paper.id)));
    await tx.query(
      recordChange(sql`select id from papers where submitter_id = ${user.id}::int`, { upvotesChanged: false }),
    );
    await tx.query(sql`delete from users where id = ${user.id}::int`);
    return user.username;
  });
}
