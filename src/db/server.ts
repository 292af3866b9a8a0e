import { type EmbeddedOptions, startEmbedded } from "./embedded/embedded";

export interface Server {
  url: string;
  /** The setting that names it, for messages. */
  readonly setting: "DATABASE_URL" | "DATA_DIR";
  /** Stops the server if this process started it. */
  stop(): Promise<void>;
}

export interface ServerOptions extends Pick<EmbeddedOptions, "dataDir" | "log" | "mustExist" | "meanwhile"> {
  /** The URL of the PostgreSQL to use; without it, the embedded one in `dataDir` is used. */
  databaseUrl: string | undefined;
}

export async function findServer({ databaseUrl, ...embedded }: ServerOptions): Promise<Server> {
  return databaseUrl ? { url: databaseUrl, setting: "DATABASE_URL", stop: async () => {} } : startEmbedded(embedded);
}
