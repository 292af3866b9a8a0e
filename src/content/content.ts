import type { FirstAuthors } from "../authors/first-authors";
import { columnNamesOf } from "../db/columns";
import { ENCODED_PARTS, type EncodedParts } from "../graphql/encoded-parts";
import { Paper } from "../papers/paper.entity";

/** What changes often, and is never cached. */
const COUNTS = ["upvoteCount", "commentCount", "codeStars"] as const;
export type Counts = Pick<Paper, (typeof COUNTS)[number]>;

/** A paper's fields and first authors, without its counts. */
export interface Content extends Omit<Paper, keyof Counts> {
  revision: string;
  firstAuthors: FirstAuthors;
  [ENCODED_PARTS]: EncodedParts;
}

/** A row of a list: the paper, the revision of its content, and its counts. */
export interface Reference extends Counts {
  rowId: number;
  revision: string;
}

/** Names of a paper's fields, as its rows have them, that content has. */
export const contentColumns = ["id", ...columnNamesOf(Paper)].filter((name) => !COUNTS.some((live) => live === name));

/** A paper as read from a row, which has precedence, and its content: copying that for each row would take half of a feed's memory. */
export class ListedPaper {
  constructor(
    readonly content: Content,
    row: Reference,
  ) {
    Object.assign(this, row);
  }
}

for (const name of [...contentColumns, "firstAuthors", ENCODED_PARTS] as (keyof Content)[]) {
  Object.defineProperty(ListedPaper.prototype, name, {
    get(this: ListedPaper) {
      return this.content[name];
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}
