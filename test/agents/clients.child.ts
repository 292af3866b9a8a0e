import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

/** What a client of either version does here, for each message; a process of its own, since Jest cannot load ES modules. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  readResource(params: { uri: string }): Promise<object>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

const CLIENT = { name: "test", version: "1.0.0" };

async function connect(version: string, url: URL, token: string): Promise<AnyClient> {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  if (version === "1") {
    const client = new OldClient(CLIENT);
    await client.connect(new OldTransport(url, { requestInit }) as Parameters<OldClient["connect"]>[0]);
    return client as unknown as AnyClient;
  }
  const client = new Client(
    CLIENT,
    version === "modern" ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {},
  );
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  return client as unknown as AnyClient;
}

async function use({ version, url, token }: { version: string; url: string; token: string }): Promise<void> {
  const client = await connect(version, new URL(url), token);
  const { tools } = await client.listTools();
  const feed = (await client.callTool({ name: "get_feed", arguments: {} })) as {
    structuredContent: { papers: { id: string }[] };
  };
  const { id } = feed.structuredContent.papers[0]!;
  const { resourceTemplates } = await client.listResourceTemplates();
  process.send!({
    instructions: client.getInstructions(),
    tools: tools.map(({ name }) => name),
    feed,
    voted: await client.callTool({ name: "upvote", arguments: { id } }),
    refused: await client.callTool({ name: "get_feed", arguments: { on: "never" } }),
    templates: resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    resource: await client.readResource({ uri: "daily-papers://paper/2601.00001" }),
  });
  await client.close();
}

process.on("message", use);
