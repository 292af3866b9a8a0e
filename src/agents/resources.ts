import type * as Mcp from "@modelcontextprotocol/server";
import { answerOf, type Run, ToolFailure } from "./call-tool";
import type { Tool } from "./tool";
import { getPaper } from "./tools/get-paper";
import { getFeed } from "./tools/lists";

const MARKDOWN = "text/markdown";
/** Papers of a feed; as many as fit are there. */
const FEED_PAPERS = 50;

/** Feeds and papers as texts that people can attach to a conversation. */
export function addResources(mcp: typeof Mcp, server: Mcp.McpServer, run: Run): void {
  const add = (name: string, uri: string, title: string, tool: Tool, argsOf: (value: string) => object) => {
    const template = new mcp.ResourceTemplate(uri, { list: undefined });
    server.registerResource(name, template, { title, mimeType: MARKDOWN }, async ({ href }, variables) => {
      const [value] = Object.values(variables).flat();
      const args = { ...argsOf(decodeURIComponent(String(value))) };
      const { text } = await answerOf(tool, args, run).catch((error: Error) => {
        throw error instanceof ToolFailure ? new mcp.ProtocolError(mcp.INVALID_PARAMS, error.message) : error;
      });
      return { contents: [{ uri: href, mimeType: MARKDOWN, text }] };
    });
  };
  add("feed", "daily-papers://feed/{day}", "The feed of a day such as 2026-05-13, or of latest", getFeed, (on) => ({
    on,
    first: FEED_PAPERS,
  }));
  add("paper", "daily-papers://paper/{+id}", "A paper by its arXiv id such as 2605.16363", getPaper, (id) => ({
    papers: [id],
  }));
}
