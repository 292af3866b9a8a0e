import { LRUCache } from "lru-cache";
import type { Client } from "pg";

declare module "pg" {
  interface Connection {
    /** The texts that were prepared, by their names, of which node-postgres forgets none. */
    readonly parsedStatements: Record<string, string>;
  }
}

/** Filters combine freely, so texts are many, and each that is prepared takes tens of kilobytes of the server's memory. */
const MAX_NAMES = 250;

/** Names of the statements that one connection has prepared. The one used longest ago is forgotten, by the server too. */
export class NamedStatements {
  private count = 0;
  private readonly names: LRUCache<string, string>;

  constructor(client: Client) {
    this.names = new LRUCache({ max: MAX_NAMES, dispose: (name) => forget(client, name) });
  }

  /** No name is ever given to two texts. */
  nameOf(text: string): string {
    let name = this.names.get(text);
    if (name === undefined) {
      name = `r${this.count++}`;
      this.names.set(text, name);
    }
    return name;
  }
}

/** What was sent by this name before is answered before; nobody waits for the answer to this. */
function forget(client: Client, name: string): void {
  client.query(`deallocate ${name}`).catch(() => {});
  delete client.connection.parsedStatements[name];
}
