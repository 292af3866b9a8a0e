import type { EncodedEntry } from "./encoded-entry";
import type { FeedFormat } from "./formats/format";
import type { WebFeed } from "./web-feed";

/** An entry in a feed. */
export interface ListedEntry {
  entry: EncodedEntry;
  published: Date;
}

/** A whole feed in UTF-8. */
export function writeFeed(format: FeedFormat, feed: WebFeed, entries: readonly ListedEntry[]): Buffer {
  const { before, beforeEntry, behind } = format.frame(feed);
  const pieces: Buffer[] = [Buffer.from(before)];
  for (const [i, { entry, published }] of entries.entries()) {
    const { bytes, middle } = entry;
    pieces.push(
      Buffer.from(beforeEntry(i)),
      bytes.subarray(0, middle),
      Buffer.from(format.time(published)),
      bytes.subarray(middle),
    );
  }
  pieces.push(Buffer.from(behind));
  return Buffer.concat(pieces);
}
