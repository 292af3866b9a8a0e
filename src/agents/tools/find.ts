import { escapeMarkdown } from "../../documents/markdown";
import { fitItems } from "../fit";
import { type JsonSchema, listSchema, objectSchema } from "../json-schema";
import { cut } from "../paper-brief";
import type { Tool } from "../tool";

const MAX_NAME = 200;

interface Named {
  id: string;
  name: string;
  paperCount: number;
}
interface Found {
  organizations: { nodes: Named[] };
  topics: { nodes: { label: string; paperCount: number }[] };
  authors?: { nodes: Named[] };
  categories: { category: string; paperCount: number }[];
}

const text = { type: "string" };
const papers = { type: "integer" };

function listOf(fields: Record<string, JsonSchema>, filter: string): JsonSchema {
  return { ...listSchema(objectSchema({ ...fields, papers })), description: `For filter.${filter}.` };
}

export const find: Tool = {
  name: "find",
  title: "Find what filters take",
  arguments: {
    name: "A name, or its beginning; typos and accents are tolerated. Authors are only found by name.",
    first: "How many of each kind; fewer if they do not fit into 20 kB.",
  },
  output: {
    properties: {
      organizations: listOf({ id: text, name: text }, "organizationIds"),
      topics: listOf({ label: text }, "keywords"),
      authors: listOf({ id: text, name: text }, "authorIds"),
      categories: listOf({ category: text }, "categories"),
    },
    required: ["organizations", "topics", "authors", "categories"],
  },
  variables: ({ name, ...others }) =>
    typeof name === "string" ? { ...others, name, author: name, byAuthor: true } : others,
  answer({ organizations, topics, authors, categories }: Found, { name, first = 10 }, form) {
    const isAsked = ({ category }: { category: string }) =>
      typeof name !== "string" || category.toLowerCase().startsWith(name.toLowerCase());
    const byCount = categories.filter(isAsked).sort((a, b) => b.paperCount - a.paperCount);
    return fitItems(Number(first), form, (items) => {
      const structured = {
        organizations: organizations.nodes.slice(0, items).map(named),
        topics: topics.nodes
          .slice(0, items)
          .map((each) => ({ label: cut(each.label, MAX_NAME), papers: each.paperCount })),
        authors: (authors?.nodes ?? []).slice(0, items).map(named),
        categories: byCount.slice(0, items).map(({ category, paperCount }) => ({ category, papers: paperCount })),
      };
      const kinds = [
        inWords(
          "Organizations, for filter.organizationIds",
          structured.organizations,
          ({ name, id }) => `${escapeMarkdown(name)} (${id})`,
        ),
        inWords("Topics, for filter.keywords", structured.topics, ({ label }) => escapeMarkdown(label)),
        inWords(
          "Authors, for filter.authorIds",
          structured.authors,
          ({ name, id }) => `${escapeMarkdown(name)} (${id})`,
        ),
        inWords("Categories, for filter.categories", structured.categories, ({ category }) => category),
      ].filter((kind) => kind !== "");
      return { structured, text: kinds.length === 0 ? "Nothing has such a name." : kinds.join("\n\n") };
    });
  },
};

function named({ id, name, paperCount }: Named) {
  return { id, name: cut(name, MAX_NAME), papers: paperCount };
}

function inWords<Item extends { papers: number }>(head: string, items: Item[], write: (item: Item) => string): string {
  if (items.length === 0) return "";
  return [`${head}:`, ...items.map((item) => `- ${write(item)}: ${item.papers}`)].join("\n");
}
