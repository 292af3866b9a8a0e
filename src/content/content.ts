import type { FirstAuthors } from "../authors/first-authors";
import { columnNamesOf } from "../db/columns";
import { ENCODED_PARTS, type EncodedParts } from "../graphql/encoded-parts";
import { Paper } from "../papers/paper.entity";
import type { Parts } from "./parts";

/** What each row of a list has: the paper, the revision of its content, and its counts, which change often. */
const REFERENCE = ["rowId", "revision", "upvoteCount", "commentCount", "codeStars"] as const;

export type Reference = Pick<Paper, (typeof REFERENCE)[number]>;

/** Names of a paper's fields, as its rows have them, that content has. */
export const contentColumns = ["id", ...columnNamesOf(Paper)].filter(
  (name) => !(REFERENCE as readonly string[]).includes(name),
);

/** A paper's fields and first authors, but for those that a list's rows have. */
export interface Content {
  rowId: number;
  revision: string;
  /** In the order of `contentColumns`: V8 keeps an object with so many fields as a hash table, which takes three times the memory. */
  values: readonly unknown[];
  firstAuthors: FirstAuthors;
  /** That these take in memory. */
  bytes: number;
  parts: Parts;
}

/**
 * A paper as read from a row, which has precedence, and its content: copying that for each row would take a third of what a
 * feed allocates.
 */
export class ListedPaper {
  constructor(
    readonly content: Content,
    row: Reference,
  ) {
    Object.assign(this, row);
  }

  get firstAuthors(): FirstAuthors {
    return this.content.firstAuthors;
  }

  get [ENCODED_PARTS](): EncodedParts {
    return this.content.parts;
  }
}

for (const [i, name] of contentColumns.entries()) {
  Object.defineProperty(ListedPaper.prototype, name, {
    get(this: ListedPaper) {
      return this.content.values[i];
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
