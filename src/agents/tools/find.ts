import { escapeMarkdown } from "../../documents/markdown";
import { fitItems } from "../fit";
import { listSchema, objectSchema } from "../json-schema";
import { cut } from "../paper-brief";
import { FIRST } from "../paper-list";
import type { Tool } from "../tool";

const MAX_NAME = 200;

interface Found {
  authors: { nodes: { id: string; name: string }[] };
}

const text = { type: "string" };

export const find: Tool = {
  name: "find",
  title: "Find what filters take",
  arguments: { name: "A name, or part of one; typos and accents are tolerated.", first: FIRST },
  output: {
    properties: {
      authors: { ...listSchema(objectSchema({ id: text, name: text })), description: "For filter.authorIds." },
    },
    required: ["authors"],
  },
  answer: ({ authors: { nodes } }: Found) =>
    fitItems(nodes.length, (items) => {
      const authors = nodes.slice(0, items).map(({ id, name }) => ({ id, name: cut(name, MAX_NAME) }));
      const lines = authors.map(({ id, name }) => `- ${escapeMarkdown(name)} (${id})`);
      const head = lines.length === 0 ? "No author has such a name." : "Authors, for filter.authorIds:";
      return { structured: { authors }, text: [head, ...lines].join("\n") };
    }),
};
