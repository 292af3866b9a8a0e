import * as v from "valibot";
import { baseUrl } from "./setting-forms";

/** Settings of the model by which papers are compared; see `settings`. */
export const embeddingSettings = {
  EMBEDDINGS_URL: {
    description:
      "OpenAI-compatible API whose `/embeddings` makes the vectors by which papers are compared, e.g. `http://localhost:11434/v1` of Ollama; the model that comes with the project does when not set. Needs EMBEDDINGS_MODEL.",
    default: undefined,
    form: v.optional(baseUrl),
    expected: "an http or https URL without user, ? and #",
  },
  EMBEDDINGS_MODEL: {
    description: "The model's name there. Another one is another model: all papers are embedded anew before it serves.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,200}$/))),
    expected: "a name of 1 to 200 visible ASCII characters",
  },
  EMBEDDINGS_KEY: {
    description: "Key that the endpoint asks for, sent as a bearer token.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,4096}$/))),
    expected: "a key of visible ASCII characters",
  },
  MEANING_INDEX: {
    description:
      "Where papers are compared: `memory` of this process; `auto` in the database where it has the extension pgvector, else in memory.",
    default: "auto",
    form: v.picklist(["auto", "memory"]),
    expected: "auto or memory",
  },
} as const;

/** What embedding needs of the settings. */
export type EmbeddingSettings = {
  [N in keyof typeof embeddingSettings]: v.InferOutput<(typeof embeddingSettings)[N]["form"]>;
};
