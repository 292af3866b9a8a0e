import type { Client } from "pg";
import { lockKey } from "../locks";
import { createPassword, type Facts } from "./cluster";

/** The API's role: it owns its database, and has no rights to the server or its files. */
export const ROLE = "daily_papers_api";
export const DATABASE = "daily_papers";

interface Folder {
  facts(): Promise<Facts>;
  keepPassword(password: string): Promise<void>;
  /** A superuser's connection to the API's database. */
  connect(): Promise<Client>;
}

/**
 * Creates the role and its database if missing, as a superuser; returns the role's password. In a folder of an earlier
 * version, whose API was the superuser, it gives the role all that the superuser created.
 */
export async function prepareDatabase(superuser: Client, folder: Folder): Promise<string> {
  // Of processes that start together, one does it.
  await superuser.query(`select pg_advisory_lock(${lockKey("role")})`);
  try {
    const { apiPassword: known } = await folder.facts();
    const password = known ?? createPassword();
    const { rows } = await superuser.query<{ role: number | null; owner: number | null }>(
      `select (select oid from pg_roles where rolname = $1) as role,
        (select datdba from pg_database where datname = $2) as owner`,
      [ROLE, DATABASE],
    );
    const { role, owner } = rows[0]!;
    if (role === null || known === undefined) {
      const verb = role === null ? "create" : "alter";
      await superuser.query(`${verb} role ${ROLE} login password ${superuser.escapeLiteral(password)}`);
      await folder.keepPassword(password);
    }
    if (owner === null) await superuser.query(`create database ${DATABASE} owner ${ROLE}`);
    else if (owner !== role) await handOver(superuser, folder);
    return password;
  } finally {
    await superuser.query(`select pg_advisory_unlock(${lockKey("role")})`);
  }
}

/** The database comes last: its owner shows that the rest is done. Objects of extensions keep their owner. */
async function handOver(superuser: Client, folder: Folder): Promise<void> {
  const client = await folder.connect();
  try {
    await client.query(HAND_OVER);
  } finally {
    await client.end();
  }
  await superuser.query(`alter database ${DATABASE} owner to ${ROLE}`);
}

const HAND_OVER = `do $$
declare
  statement text;
begin
  for statement in
    select format('alter %s %s owner to ${ROLE}', kind, name) from (
      select 'table' as kind, oid::regclass::text as name, oid, 'pg_class'::regclass as class
      from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      union all
      select 'sequence', oid::regclass::text, oid, 'pg_class'::regclass
      from pg_class s where relnamespace = 'public'::regnamespace and relkind = 'S'
        and not exists (select from pg_depend where objid = s.oid and classid = 'pg_class'::regclass and deptype in ('a', 'i'))
      union all
      select 'function', oid::regprocedure::text, oid, 'pg_proc'::regclass
      from pg_proc where pronamespace = 'public'::regnamespace
      union all
      select 'text search configuration', oid::regconfig::text, oid, 'pg_ts_config'::regclass
      from pg_ts_config where cfgnamespace = 'public'::regnamespace
    ) ours
    where not exists (select from pg_depend d where d.objid = ours.oid and d.classid = ours.class and d.deptype = 'e')
  loop
    execute statement;
  end loop;
end $$`;
