import { createHash } from "node:crypto";
import type { WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { ExpectedError } from "../expected-error";
import { touch } from "../live/touch";
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

/** Whether users `w` have a name, in upper or lower case. */
export function isNamed(username: string): Sql {
  return sql`lower(w.username collate "C") = lower(${username} collate "C")`;
}

/**
 * The user of a name, made when there is none. An ExpectedError says that the name is that of a reader who signs in at an
 * issuer: what such a reader may do, the issuer says.
 */
export async function ensureUser(db: WritableDb, username: string): Promise<User> {
  const [made] = await db.write<User>(sql`
    insert into users as w (username) values (${username}) on conflict do nothing returning ${userColumns}`);
  if (made) return made;
  const [found] = await db.read<User>(sql`
    select ${userColumns} from users w where ${isNamed(username)} and w.issuer is null`);
  if (found) return found;
  throw new ExpectedError(`${username} is a reader who signs in at an issuer: choose another name.`);
}

/** What an OpenID Connect issuer says of a user. */
export interface Identity {
  issuer: string;
  subject: string;
  wantedName: string;
  displayName: string | null;
  avatarUrl: string | null;
}

/** What stands behind a name that is taken: the same for a subject each time. */
function suffixFor({ issuer, subject }: Identity, attempt: number): string {
  const hash = createHash("sha256").update(JSON.stringify([issuer, subject, attempt]));
  return hash.digest("hex").slice(0, SUFFIX_LENGTH);
}

/** The user of an issuer's subject, made at first sight with a username of its own, which is nobody else's in any case. */
export async function ensureIdentity(db: WritableDb, identity: Identity): Promise<User> {
  const { issuer, subject, displayName, avatarUrl } = identity;
  // Some issuers give a mail address as the name: what is public must not tell it.
  const base =
    identity.wantedName
      .replace(/@.*/s, "")
      .replace(/[^a-z0-9_-]/gi, "")
      .slice(0, MAX_USERNAME_LENGTH - 1 - SUFFIX_LENGTH) || "reader";
  for (let attempt = 0; ; attempt++) {
    const [found] = await db.read<User>(sql`
      select ${userColumns} from users w where w.issuer = ${issuer} and w.subject = ${subject}`);
    if (found) return found;
    const username = attempt === 0 ? base : `${base}-${suffixFor(identity, attempt)}`;
    // Nothing is inserted when the name is taken, or when another request has just made the user.
    const [made] = await db.write<User>(sql`
      insert into users as w (issuer, subject, username, display_name, avatar_url)
      values (${issuer}, ${subject}, ${username}, ${displayName}, ${avatarUrl})
      on conflict do nothing returning ${userColumns}`);
    if (made) return made;
  }
}

/**
 * Deletes a user with the upvotes and tokens, lowers the counts of the papers, and notes all papers that showed the user as
 * changed; false when there is no such user.
 */
export function deleteUser(db: WritableDb, username: string): Promise<boolean> {
  return db.bulk(async (tx) => {
    const [user] = await tx.read<{ id: number }>(sql`select w.id from users w where ${isNamed(username)} for update`);
    if (!user) return false;
    const papers = await tx.read<{ id: number }>(sql`
      with removed as (delete from upvotes where user_id = ${user.id}::int returning paper_id),
        touched as (${touch(sql`select paper_id from removed`, { upvotesChanged: true })}),
        locked as (select p.id from papers p join removed r on r.paper_id = p.id order by p.id for update of p)
      update papers p set upvote_count = upvote_count - 1 from locked l where p.id = l.id
      returning p.id`);
    await tx.read(recomputeScores(papers.map((paper) => paper.id)));
    await tx.read(touch(sql`select id from papers where submitter_id = ${user.id}::int`, { upvotesChanged: false }));
    await tx.read(sql`delete from users where id = ${user.id}::int`);
    return true;
  });
}
