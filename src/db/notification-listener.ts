import { Client } from "pg";
import { retry } from "./postgres-errors";
import type { Statement } from "./sql";
import { WITHOUT_TRANSACTION_TIMEOUT } from "./startup";
import { clientConfig, type Timeouts } from "./timeouts";

/** A separate connection to the primary for notifications and reads. */
export interface NotificationListener {
  query<Row>(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

/**
 * Listens on a channel of PostgreSQL. A lost connection is reopened at the next query; `onNotify` is called then, too, since
 * notifications in between were missed.
 */
export function listenForNotifications(
  url: string,
  timeouts: Timeouts,
  channel: string,
  onNotify: () => void,
): NotificationListener {
  let connection: Promise<Client> | null = null;

  function connect(): Promise<Client> {
    const client = new Client({ ...clientConfig(url, timeouts), pipeline: true });
    const connecting = (async () => {
      await client.connect();
      await client.query(WITHOUT_TRANSACTION_TIMEOUT);
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      onNotify();
      return client;
    })();
    const forget = () => {
      if (connection === connecting) connection = null;
    };
    connecting.catch(forget);
    client.on("notification", onNotify).on("error", forget).on("end", forget);
    return connecting;
  }

  return {
    query: <Row>({ text, values }: Statement) =>
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
