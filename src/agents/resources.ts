import type * as Mcp from "@modelcontextprotocol/server";
import { percentDecoded } from "../inputs/percent-decoded";
import { MAX_PAGE_SIZE } from "../paging/page-size";
import { answerOf, type MaskError, type Run, type ToolFailure } from "./call-tool";
import type { Answer } from "./fit";
import type { Tool } from "./tool";
import { getPaper } from "./tools/get-paper";
import { getFeed } from "./tools/lists";

const MARKDOWN = "text/markdown";

interface Kind {
  name: string;
  uri: string;
  title: string;
  tool: Tool;
  argsOf(value: string): Record<string, unknown>;
  isFound(answer: Answer): boolean;
}

const KINDS: Kind[] = [
  {
    name: "feed",
    uri: "daily-papers://feed/{day}",
    title: "The feed of a day such as 2026-05-13, or of latest",
    tool: getFeed,
    // As many as may fit into an answer that has the text alone.
    argsOf: (on) => ({ on, first: MAX_PAGE_SIZE }),
    isFound: () => true,
  },
  {
    name: "paper",
    uri: "daily-papers://paper/{+id}",
    title: "A paper by its arXiv id such as 2605.16363",
    tool: getPaper,
    argsOf: (id) => ({ papers: [id] }),
    isFound: ({ structured: { papers } }) => (papers as unknown[]).length > 0,
  },
];

/** Feeds and papers as texts that people can attach to a conversation. */
export function addResources(mcp: typeof Mcp, server: Mcp.McpServer, run: Run, mask: MaskError): void {
  for (const { name, uri, title, tool, argsOf, isFound } of KINDS) {
    const template = new mcp.ResourceTemplate(uri, { list: undefined });
    server.registerResource(name, template, { title, mimeType: MARKDOWN }, async ({ href }, variables) => {
      const [value = ""] = Object.values(variables).flat();
      const args = argsOf(percentDecoded(value, 1));
      const answer = await answerOf(tool, args, "text", run, mask).catch((error: ToolFailure) => {
        throw new mcp.ProtocolError(error.isMistake ? mcp.INVALID_PARAMS : mcp.INTERNAL_ERROR, error.message);
      });
      if (!isFound(answer)) throw new mcp.ResourceNotFoundError(href);
      return { contents: [{ uri: href, mimeType: MARKDOWN, text: answer.text }] };
    });
  }
}
