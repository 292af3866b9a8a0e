export interface EmbeddedServer { url: string; started: boolean; stop(): Promise<void> }
export async function startEmbedded(_: { dataDir: string; settings?: Record<string, string> }): Promise<EmbeddedServer> { throw new Error("soon"); }
