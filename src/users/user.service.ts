import type { WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { touch } from "../live/touch";
import { nodeColumnsOf } from "../nodes/node-columns";
import { recomputeScores } from "../trending/trending.scoring";
import { User } from "./user.entity";

export const userColumns: Sql = nodeColumnsOf("User", User, "w");
const MAX_USERNAME_LENGTH = 39;

/** Whether a text can be a username: 1 to 39 letters, digits, `-` or `_`. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9_-]{1,39}$/i.test(text);
}

/** The user of a name, made when there is none. */
export async function ensureUser(db: WritableDb, username: string): Promise<User> {
  const [made] = await db.write<User>(sql`
    insert into users as w (username) values (${username}) on conflict (username) do nothing returning ${userColumns}`);
  if (made) return made;
  const [found] = await db.read<User>(sql`select ${userColumns} from users w where w.username = ${username}`);
  return found!;
}

/** What an OpenID Connect issuer says of a user. */
export interface Identity {
  issuer: string;
  subject: string;
  wantedName: string;
  displayName: string | null;
  avatarUrl: string | null;
}

/** The user of an issuer's subject, made at first sight with a username of its own. */
export async function ensureIdentity(db: WritableDb, identity: Identity): Promise<User> {
  const { issuer, subject, displayName, avatarUrl } = identity;
  // Some issuers give a mail address as the name: what is public must not tell it.
  const base =
    identity.wantedName
      .replace(/@.*/s, "")
      .replace(/[^a-z0-9_-]/gi, "")
      .slice(0, MAX_USERNAME_LENGTH - 6) || "reader";
  for (let attempt = 0; ; attempt++) {
    const [found] = await db.read<User>(sql`
      select ${userColumns} from users w where w.issuer = ${issuer} and w.subject = ${subject}`);
    if (found) return found;
    const username = attempt === 0 ? base : `${base}-${Math.random().toString(36).slice(2, 7)}`;
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
    const [user] = await tx.read<{ id: number }>(sql`select id from users where username = ${username} for update`);
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
