import { portOf, type TestApi } from "../support/api";
import { createTestDatabase, type TestDatabase } from "../support/database";
import { settings } from "../support/digests";
import { createHttpClient, type Received } from "../support/http-client";
import { useApiOn } from "../support/use-api";

export interface ToolResult {
  isError?: boolean;
  content: { type: string; text: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: an answer has the shape of its tool
  structuredContent: any;
}

/** The most bytes that any answer may have. */
const MAX_BYTES = 20_000;

const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };

/** Sends a message of MCP as clients of 2025 do. */
export async function sendMessage(api: TestApi, message: unknown, headers: Record<string, string> = {}) {
  const client = createHttpClient(portOf(api), 1);
  const sent = { path: "/mcp", headers: { ...HEADERS, ...headers }, body: JSON.stringify(message) };
  return client.send(sent).finally(client.close);
}

/** The JSON of an answer, be it one event or the whole body. */
export function messageOf({ body }: Received) {
  return JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? body);
}

export async function callMethod(api: TestApi, method: string, params: object = {}, token?: string) {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const received = await sendMessage(api, { jsonrpc: "2.0", id: 1, method, params }, headers);
  expect(received.bytes.length).toBeLessThan(MAX_BYTES);
  return messageOf(received);
}

/** An API with agents, and its tools. */
export function useAgents(open: () => Promise<TestDatabase> = () => createTestDatabase()) {
  const t = useApiOn(open, { digests: settings });
  const call = async (name: string, args: object = {}, token?: string, api = t.api): Promise<ToolResult> =>
    (await callMethod(api, "tools/call", { name, arguments: args }, token)).result;
  /** What a tool that must not fail says to programs. */
  const ask = async (name: string, args: object = {}, token?: string) => {
    const { isError, content, structuredContent } = await call(name, args, token);
    if (isError) throw new Error(content[0]!.text);
    return structuredContent;
  };
  return { t, call, ask };
}
