import type { ClientBase } from "pg";
import type { Statement } from "../../src/db/sql";

/** The plan that PostgreSQL makes of a statement: for its values, or for all. */
export async function explain(client: ClientBase, { text, values, planning }: Statement): Promise<string> {
  const lines = async (statement: string, parameters: unknown[] = []) =>
    (await client.query(statement, parameters)).rows.map((row) => row["QUERY PLAN"]).join("\n");
  if (planning !== "once") return lines(`explain ${text}`, [...values]);
  await client.query(`set plan_cache_mode = force_generic_plan; prepare asked as ${text}`);
  const nulls = values.map(() => "null").join(", ");
  return lines(values.length > 0 ? `explain execute asked (${nulls})` : "explain execute asked").finally(() =>
    client.query("deallocate asked; reset plan_cache_mode"),
  );
}
