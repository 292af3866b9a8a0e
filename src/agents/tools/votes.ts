import { ToolFailure } from "../call-tool";
import { objectSchema } from "../json-schema";
import { BRIEF_REQUIRED, briefLine, briefOf, briefProperties, type QueriedBrief } from "../paper-brief";
import type { Tool } from "../tool";

interface Vote {
  changed: boolean;
  paper: QueriedBrief | null;
  userErrors: { code: string; message: string }[];
}

function vote(name: string, title: string, field: string, done: string): Tool {
  return {
    name,
    title,
    isWriting: true,
    arguments: { id: "The paper's id, as other tools answer it; an arXiv id is none." },
    output: {
      properties: {
        changed: { type: "boolean" },
        paper: objectSchema(briefProperties, BRIEF_REQUIRED),
      },
      required: ["changed", "paper"],
    },
    answer(data: Record<string, Vote>) {
      const { changed, paper, userErrors } = data[field]!;
      if (userErrors.length > 0)
        throw new ToolFailure(userErrors.map(({ code, message }) => ({ message, extensions: { code } })));
      const brief = briefOf(paper!);
      return {
        structured: { changed, paper: brief },
        text: `${changed ? done : "Nothing had to change"}: ${briefLine(brief)}`,
      };
    },
  };
}

export const upvote = vote("upvote", "Upvote a paper", "upvotePaper", "Upvoted");
export const removeUpvote = vote("remove_upvote", "Take an upvote back", "removePaperUpvote", "Taken back");
