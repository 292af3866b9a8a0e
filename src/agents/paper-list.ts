import { type Answer, type Form, fitItems } from "./fit";
import type { JsonSchema } from "./json-schema";
import { briefLine, briefOf, briefsSchema, type QueriedBrief } from "./paper-brief";

/** A page of papers as the operations have it; what an edge has beside is told of by `EdgeFacts`. */
export interface QueriedPage<Edge = unknown> {
  totalCount?: number;
  pageInfo: { hasNextPage: boolean };
  edges: (Edge & { cursor: string; node: QueriedBrief })[];
}

/** What an edge says of its paper in this list, and the same in words. */
interface EdgeFacts<Edge> {
  fields(edge: Edge): object;
  words(edge: Edge): string[];
  /** How a resource, which takes no cursor, is gone on with: the tool, and what it takes beside the cursor. */
  call?: string;
  /** Whether the list grows at its end, so that its last cursor is to be kept. */
  grows?: boolean;
}

export const FIRST = "How many; fewer if they do not fit into 20 kB.";
export const AFTER = "Goes on behind an earlier answer: its nextCursor, with the same other arguments.";
export const FILTER = "Which papers: those that match every field. Its ids are those that find and other tools answer.";

const nextCursor = { type: "string", description: "Pass it as after to go on; without it the list ends here." };

export function pageSchema(schema: Record<string, JsonSchema> = {}): Record<string, JsonSchema> {
  return { total: { type: "integer" }, papers: briefsSchema(schema), nextCursor };
}

/** Longer cursors, as those of hybrid searches are, are not repeated in the text. */
const SHORT_CURSOR = 200;

/** Answers with as many papers of a page as fit, below a `head` of Markdown. */
export function answerPage<Edge>(
  { totalCount, pageInfo, edges }: QueriedPage<Edge>,
  head: { fields?: object; text: string },
  facts: EdgeFacts<Edge>,
  form: Form,
): Answer {
  return fitItems(edges.length, form, (items) => {
    const shown = edges.slice(0, items);
    const next = pageInfo.hasNextPage || items < edges.length || facts.grows ? shown.at(-1)?.cursor : undefined;
    const papers = shown.map((edge) => ({ ...briefOf(edge.node), ...facts.fields(edge) }));
    const lines = shown.map((edge, i) => `- ${briefLine(papers[i]!, facts.words(edge))}`);
    return {
      structured: {
        ...head.fields,
        ...(totalCount !== undefined && { total: totalCount }),
        papers,
        ...(next !== undefined && { nextCursor: next }),
      },
      text: [head.text, lines.join("\n"), nextLine(next, form === "text" ? `the tool ${facts.call} and` : "again with")]
        .filter((part) => part !== "")
        .join("\n\n"),
    };
  });
}

function nextLine(next: string | undefined, call: string): string {
  if (next === undefined) return "";
  return next.length > SHORT_CURSOR
    ? "More: call again with after set to this answer's nextCursor, or ask for more at once with first."
    : `More: call ${call} after: ${next}`;
}
