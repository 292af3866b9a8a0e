import { escapeMarkdown } from "../documents/markdown";
import { type JsonSchema, listSchema, objectSchema } from "./json-schema";

/** A paper as the fragment Brief has it. */
export interface QueriedBrief {
  id: string;
  arxivId: string | null;
  title: string;
  authorCount: number;
  authors: { edges: { name: string }[] };
  publishedOn: string | null;
  featuredOn: string | null;
  upvoteCount: number;
}

/** Longer texts are cut, in characters: few titles and names are. */
const MAX_TITLE = 300;
const MAX_NAME = 60;

const text: JsonSchema = { type: "string" };
const count: JsonSchema = { type: "integer" };

/** What an item of a list says of a paper, some 60 tokens; what is not known is left out. */
export const briefProperties = {
  id: { ...text, description: "For get_paper, filters and upvotes." },
  arxivId: text,
  title: text,
  authors: { ...listSchema(text), description: "The first five." },
  authorCount: count,
  publishedOn: text,
  featuredOn: { ...text, description: "Its latest feed day." },
  upvotes: count,
};

export const BRIEF_REQUIRED = ["id", "title", "authors", "authorCount", "upvotes"];

/** A list of papers, each with further properties, which all have. */
export function briefsSchema(more: Record<string, JsonSchema> = {}): JsonSchema {
  return listSchema(objectSchema({ ...briefProperties, ...more }, [...BRIEF_REQUIRED, ...Object.keys(more)]));
}

export function briefOf(paper: QueriedBrief) {
  const { id, arxivId, title, authorCount, authors, publishedOn, featuredOn, upvoteCount: upvotes } = paper;
  return {
    id,
    ...(arxivId !== null && { arxivId }),
    title: cut(title, MAX_TITLE),
    authors: authors.edges.map(({ name }) => cut(name, MAX_NAME)),
    authorCount,
    ...(publishedOn !== null && { publishedOn }),
    ...(featuredOn !== null && { featuredOn }),
    upvotes,
  };
}

export type Brief = ReturnType<typeof briefOf>;

/** One line of Markdown; `more` is what the list says of it beside. */
export function briefLine(brief: Brief, more: readonly string[] = []): string {
  const { id, arxivId, title, publishedOn, upvotes } = brief;
  const facts = [
    arxivId,
    `id ${id}`,
    authorsLine(brief),
    publishedOn && `published ${publishedOn}`,
    counted(upvotes, "upvote"),
    ...more,
  ];
  return `**${escapeMarkdown(title)}** · ${facts.filter((fact) => fact).join(" · ")}`;
}

function authorsLine({ authors, authorCount }: Brief): string {
  const others = authorCount - authors.length;
  const names = authors.map(escapeMarkdown).join(", ");
  if (others <= 0) return names;
  return names === "" ? counted(authorCount, "author") : `${names} and ${counted(others, "other")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A text of at most so many characters, of which the last one says that something is left out. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not within a surrogate pair.
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
