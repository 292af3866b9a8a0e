import { Client } from "pg";
import { retry } from "./faults";
import type { Statement } from "./sql";
import { clientConfig, type Timeouts } from "./timeouts";

/** A connection to the primary that hears notifications and reads, apart from what requests read. */
export interface Bell {
  read<Row>(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Listens on a channel of PostgreSQL. A connection that was lost is made anew at the next read; `onRing` is called then
 * too, since what was said in between was not heard.
 */
export function openBell(url: string, timeouts: Timeouts, channel: string, onRing: () => void): Bell {
  let connection: Promise<Client> | null = null;

  function connect(): Promise<Client> {
    const client = new Client({ ...clientConfig(url, timeouts), pipeline: true });
    const connecting = (async () => {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      onRing();
      return client;
    })();
    const forget = () => {
      if (connection === connecting) connection = null;
    };
    connecting.catch(forget);
    client.on("notification", onRing).on("error", forget).on("end", forget);
    return connecting;
  }

  return {
    read: <Row>({ text, values }: Statement) =>
      retry(async () => {
        connection ??= connect();
        const client = await connection;
        return (await client.query(text, [...values])).rows as Row[];
      }),
    async close() {
      await (await connection?.catch(() => null))?.end().catch(() => {});
    },
  };
}
