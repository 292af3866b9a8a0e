import type { ClientBase } from "pg";

/** A table with the columns that a backup holds. */
export interface Table {
  name: string;
  columns: string[];
}

/**
 * All tables of the schema but `migrations`, each after those that its foreign keys refer to. Columns of transactions' numbers
 * are left out, which mean nothing in another cluster: rows that are restored get that of the restore.
 */
export async function readTables(client: ClientBase): Promise<Table[]> {
  const { rows: tables } = await client.query<Table & { refersTo: string[] }>(`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and not exists (
          select from pg_attrdef d where d.adrelid = a.attrelid and d.adnum = a.attnum
            and pg_get_expr(d.adbin, d.adrelid) like '%pg_current_xact_id()%')) as columns,
      array(select r.relname::text from pg_constraint f join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as "refersTo"
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'
    order by c.relname`);
  const ordered: typeof tables = [];
  while (ordered.length < tables.length) {
    const done = new Set(ordered.map(({ name }) => name));
    const ready = tables.filter(({ name, refersTo }) => !done.has(name) && refersTo.every((other) => done.has(other)));
    if (ready.length === 0) throw new Error("Foreign keys between tables form a cycle.");
    ordered.push(...ready);
  }
  return ordered;
}

/** All sequences of the schema but that of `migrations`. */
export async function readSequences(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'S' and relname not like 'migrations%'
    order by relname`);
  return rows.map(({ name }) => name);
}

/** The names of the migrations that were run. */
export async function readMigrations(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>("select name from migrations order by id");
  return rows.map(({ name }) => name);
}

/** `copy "papers" ("id", "title")`, as in a backup, to be followed by `from stdin` or `to stdout`. */
export function copyOf({ name, columns }: Table): string {
  return `copy "${name}" (${columns.map((column) => `"${column}"`).join(", ")})`;
}
