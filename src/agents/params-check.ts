import type * as Mcp from "@modelcontextprotocol/server";
import { isObject } from "../graphql/json";
import { isTool } from "./mcp-server";
import { cut } from "./paper-brief";

/** The protocol's types of the requests that are served, by their methods. */
const TYPES = new Map<unknown, keyof typeof Mcp.specTypeSchemas>([
  ["initialize", "InitializeRequest"],
  ["ping", "PingRequest"],
  ["server/discover", "DiscoverRequest"],
  ["tools/list", "ListToolsRequest"],
  ["tools/call", "CallToolRequest"],
  ["resources/list", "ListResourcesRequest"],
  ["resources/templates/list", "ListResourceTemplatesRequest"],
  ["resources/read", "ReadResourceRequest"],
]);

/** In characters: callers make up parts of the path, too. */
const MAX_PATH = 100;

/**
 * What would be right in place of the first mistake in a request's params; null without one, and for notifications, which are
 * not answered. The protocol's library would list all of them, as JSON, some as failures of its own.
 */
export function mistakeInParams(mcp: typeof Mcp, message: unknown): string | null {
  const type = isObject(message) && message.id !== undefined ? TYPES.get(message.method) : undefined;
  if (type === undefined) return null;
  const checked = mcp.specTypeSchemas[type]["~standard"].validate(message);
  if (checked instanceof Promise) throw new Error("The protocol's types are checked at once.");
  const [issue] = checked.issues ?? [];
  if (issue) return inWords(issue);
  const { method, params } = message as { method: string; params: { name: string } };
  if (method !== "tools/call" || isTool(params.name)) return null;
  return `There is no tool ${JSON.stringify(params.name)}: tools/list has those that there are.`;
}

/** Words of the protocol's library for kinds of values, as JSON has them. */
const KINDS = new Map([
  ["object", "an object"],
  ["record", "an object"],
  ["array", "an array"],
  ["string", "a string"],
  ["number", "a number"],
  ["boolean", "a boolean"],
]);

function inWords({ path = [], message }: { path?: readonly unknown[] | undefined; message: string }): string {
  const where = cut(path.map(String).join("."), MAX_PATH);
  const kind = KINDS.get(/expected (\w+)/.exec(message)?.[1] ?? "");
  return kind === undefined ? `${where} is not what the protocol has there.` : `${where} must be ${kind}.`;
}
