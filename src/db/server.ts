import { type EmbeddedOptions, startEmbedded } from "./embedded";

export interface Server {
  url: string;
  /** Stops the server if this process started it. */
  stop(): Promise<void>;
}

export interface ServerOptions extends Pick<EmbeddedOptions, "dataDir" | "log" | "meanwhile"> {
  /** The PostgreSQL to use; without it, the embedded one of `dataDir`. */
  databaseUrl: string | undefined;
}

export async function findServer({ databaseUrl, ...embedded }: ServerOptions): Promise<Server> {
  return databaseUrl ? { url: databaseUrl, stop: async () => {} } : startEmbedded(embedded);
}
