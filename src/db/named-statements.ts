import { LRUCache } from "lru-cache";
import type { Client } from "pg";

declare module "pg" {
  interface Connection {
    /** The texts of prepared statements by name, which node-postgres never removes. */
    readonly parsedStatements: Record<string, string>;
  }
}

/** Filters combine freely, so texts are many, and each prepared statement takes tens of kilobytes of the server's memory. */
const MAX_NAMES = 250;

/** Names of one connection's prepared statements. The least recently used one is evicted, and deallocated on the server. */
export class NamedStatements {
  private count = 0;
  private readonly names: LRUCache<string, string>;

  constructor(client: Client) {
    this.names = new LRUCache({ max: MAX_NAMES, dispose: (name) => forget(client, name) });
  }

  /** A name is never reused for another text. */
  nameOf(text: string): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `r${this.count++}`;
      this.names.set(text, name);
    }
    return name;
  }
}

/** Safe while the name is in use: the connection is a pipeline, so earlier uses are executed first. */
function forget(client: Client, name: string): void {
  client.query(`deallocate ${name}`).catch(() => {});
  delete client.connection.parsedStatements[name];
}
