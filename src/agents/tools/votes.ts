import { decodeNodeKey } from "../../nodes/node-id";
import { mistake, ToolFailure } from "../call-tool";
import { objectSchema } from "../json-schema";
import { BRIEF_REQUIRED, briefLine, briefOf, briefProperties, type QueriedBrief } from "../paper-brief";
import type { Tool } from "../tool";

interface Vote {
  changed: boolean;
  paper: QueriedBrief | null;
  userErrors: { message: string }[];
}

function vote(name: string, title: string, field: string, done: string): Tool {
  return {
    name,
    title,
    isWriting: true,
    ownArguments: {
      id: { type: "string", description: "The paper's id from another tool's answer, its arXiv id, DOI or link." },
    },
    arguments: {},
    variables: ({ id }) => ({ by: decodeNodeKey("Paper", id as string) === null ? { url: id } : { id } }),
    output: {
      properties: {
        changed: { type: "boolean" },
        paper: objectSchema(briefProperties, BRIEF_REQUIRED),
      },
      required: ["changed", "paper"],
    },
    answer(data: Record<string, Vote>) {
      const { changed, paper, userErrors } = data[field]!;
      if (userErrors.length > 0) throw new ToolFailure(userErrors.map(asMistake));
      const brief = briefOf(paper!);
      return {
        structured: { changed, paper: brief },
        text: `${changed ? done : "Nothing had to change"}: ${briefLine(brief)}`,
      };
    },
  };
}

/** With the code that other tools have for an argument that is wrong; the message names the tool's, not the operation's. */
function asMistake({ message }: Vote["userErrors"][number]) {
  return mistake(message.replace(/^input\.by\.\w+/, "id"));
}

export const upvote = vote("upvote", "Upvote a paper", "upvotePaper", "Upvoted");
export const removeUpvote = vote("remove_upvote", "Take an upvote back", "removePaperUpvote", "Taken back");
