import { EncodedPart, encodeApart, type PartEncoding } from "../graphql/encoded-parts";
import { paperEntry } from "./entries";
import type { FormatName } from "./feed-url";
import { type FeedFormat, PUBLISHED } from "./formats/format";
import type { QueriedPaper } from "./queries";
import { type TagAuthority, tagUri } from "./tag-uri";
import type { WebFeedEntry } from "./web-feed";

/** An entry as a format writes it, but for the time of its publication, which feeds tell differently. */
export class EncodedEntry extends EncodedPart {
  constructor(
    bytes: Buffer,
    /** Where this time stands. */
    readonly middle: number,
    readonly published: Date,
    readonly updated: Date,
  ) {
    super(bytes);
  }
}

export function encodeEntry(format: FeedFormat, entry: WebFeedEntry): EncodedEntry {
  const [before = "", behind = ""] = format.entry(entry).split(PUBLISHED);
  const { published, updated } = entry;
  return new EncodedEntry(encodeApart(before + behind), Buffer.byteLength(before), published, updated);
}

/** How papers keep their entries in a format. */
export function entriesIn(name: FormatName, format: FeedFormat, authority: TagAuthority): PartEncoding {
  return {
    form: `${name} ${tagUri(authority, "")}`,
    encode: (paper: QueriedPaper) => encodeEntry(format, paperEntry(authority, paper)),
  };
}

/** The entry that a query gave in place of a paper's fields, if it did. */
export function entryIn(paper: object): EncodedEntry | null {
  for (const value of Object.values(paper)) return value instanceof EncodedEntry ? value : null;
  return null;
}
