import type { TestDatabase } from "./database";

interface Column {
  name: string;
  type: string;
  /** Of what it refers to: `table(column)`. */
  refersTo: string | null;
  check: string | null;
}

/** Text that would break a format that does not quote it. */
const HARD_TEXT = "tab\t newline\n return\r \\. \\N \\\\ 'quotes\" ; ü 日本 🎉";

const VALUES: Record<string, string> = {
  integer: "1",
  bigint: "1",
  boolean: "true",
  date: "'2026-01-06'",
  bytea: "'\\x00ff0a5c'",
  jsonb: `'{"a": "\\\\ \\n"}'`,
  "double precision": "0.1::float8 + 0.2",
  real: "0.1",
  tsvector: "'a:1A b:2'",
};

/** Puts a row into each table that has none, with a value in each column; gives the names of all tables. */
export async function fillTables(db: TestDatabase): Promise<string[]> {
  db.allowWrongCounts();
  const tables = await db.run<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations'",
  );
  // Those that refer to others come when the others have a row.
  for (let left = tables.map(({ name }) => name); left.length > 0; ) {
    const failed: unknown[] = [];
    const still: string[] = [];
    for (const name of left) {
      await fillTable(db, name).catch((error) => {
        still.push(name);
        failed.push(error);
      });
    }
    if (still.length === left.length) throw failed[0];
    left = still;
  }
  return tables.map(({ name }) => name);
}

async function fillTable(db: TestDatabase, table: string): Promise<void> {
  const [{ any }] = (await db.run(`select exists (select from ${table}) as any`)) as [{ any: boolean }];
  if (any) return;
  const columns = await db.run<Column>(
    `select attname as name, format_type(atttypid, null) as type,
      (select confrelid::regclass || '(' || (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]) || ')'
        from pg_constraint where conrelid = attrelid and contype = 'f' and conkey[1] = attnum limit 1) as "refersTo",
      (select pg_get_constraintdef(oid) from pg_constraint where conrelid = attrelid and contype = 'c' and conkey[1] = attnum limit 1) as check
    from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped`,
  );
  const values = columns.map(({ type, refersTo, check }) => {
    const [, other, key] = /^(\w+)\((\w+)\)$/.exec(refersTo ?? "") ?? [];
    if (other) return `(select ${key} from ${other} limit 1)`;
    const [, literal] = /'([^']+)'::text/.exec(check ?? "") ?? [];
    if (type === "text") return literal ? `'${literal}'` : `'${HARD_TEXT.replace(/'/g, "''")}'`;
    if (type === "text[]") return `array['${HARD_TEXT.replace(/'/g, "''")}', 'NULL', null]`;
    return VALUES[type] ?? (type.startsWith("timestamp") ? "'2026-01-06 09:30:00.123Z'" : "default");
  });
  await db.run(`insert into ${table} (${columns.map(({ name }) => `"${name}"`).join()}) values (${values.join()})`);
}
