import { type Sql, sql } from "../../db/sql";

/** Makes hosts due at a time, or leaves them due earlier. `hosts` selects each once, with the time. */
export function wakeHosts(hosts: Sql): Sql {
  return sql`
    insert into webhook_hosts as h (host, due_at) ${hosts}
    on conflict (host) do update set due_at = least(h.due_at, excluded.due_at)`;
}
