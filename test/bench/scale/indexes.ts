import type { Client } from "pg";

interface Made {
  name: string;
  table: string;
  definition: string;
}

/**
 * Fills tables without their indexes, which are then made at once: several times as fast as row by row. Primary keys
 * that nothing refers to are left out too.
 */
export async function withoutIndexes(client: Client, tables: readonly string[], fill: () => Promise<void>) {
  const { rows: keys } = await client.query<Made>(
    `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition
     from pg_constraint c
     where contype = 'p' and conrelid = any($1::regclass[])
       and not exists (select from pg_constraint r where r.confrelid = c.conrelid)`,
    [tables],
  );
  const { rows: indexes } = await client.query<Made>(
    `select indexrelid::regclass::text as name, indrelid::regclass::text as table, pg_get_indexdef(indexrelid) as definition
     from pg_index i
     where indrelid = any($1::regclass[]) and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  await fill();
  for (const { table, name, definition } of keys) {
    await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  }
  for (const { definition } of indexes) await client.query(definition);
}
