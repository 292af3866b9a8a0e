import { LRUCache } from "lru-cache";
import type { Client } from "pg";
import type { Planning, Statement } from "./sql";

declare module "pg" {
  interface Connection {
    /** The texts of prepared statements by name, which node-postgres never removes. */
    readonly parsedStatements: Record<string, string>;
  }
}

/** Filters combine freely, so texts are many, and each prepared statement takes tens of kilobytes of the server's memory. */
const MAX_NAMES = 250;

/** PostgreSQL's plan_cache_mode. */
type PlanMode = "auto" | "force_generic_plan";

/**
 * The statements of one connection: each is prepared once, unless it is to be planned anew. The least recently used one is
 * deallocated on the server.
 */
export class PreparedStatements {
  private count = 0;
  private readonly names: LRUCache<string, string>;
  /** Null until it is set. */
  private mode: PlanMode | null = null;

  constructor(
    private readonly client: Client,
    /** Whether statements are sent without waiting for the results of earlier ones. */
    private readonly isPipelined: boolean,
  ) {
    this.names = new LRUCache({ max: MAX_NAMES, dispose: (name) => forget(client, name) });
  }

  async run<Row>({ text, values, planning }: Statement): Promise<Row[]> {
    const planned = this.plan(planning);
    if (planned && !this.isPipelined) await planned;
    const name = planning === "anew" ? undefined : this.nameOf(text);
    return (await this.client.query({ name, text, values: [...values] })).rows;
  }

  /** Sets how the next statements of the connection are planned; null if they are already. */
  plan(planning: Planning): Promise<unknown> | null {
    const mode: PlanMode = planning === "once" ? "force_generic_plan" : "auto";
    if (this.mode === mode) return null;
    this.mode = mode;
    return this.client.query(`set plan_cache_mode = ${mode}`).catch(() => {});
  }

  /** A name is never reused for another text. */
  private nameOf(text: string): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `r${this.count++}`;
      this.names.set(text, name);
    }
    return name;
  }
}

/** Safe while the name is in use: earlier statements of a connection are executed first. */
function forget(client: Client, name: string): void {
  client.query(`deallocate ${name}`).catch(() => {});
  delete client.connection.parsedStatements[name];
}
