import { createHash } from "node:crypto";

export const LIST = "query List($n: Int = 1) { papers(first: $n) { totalCount } }";
const VOTE = 'mutation Vote { removePaperUpvote(input: { paperId: "x" }) { changed } }';
export const LISTEN = "subscription Listen($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount } }";
export const OTHER = "query Other { papers { totalCount } }";

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
export const trustedDocuments = [
  { id: sha256(LIST), text: LIST, file: "a.json" },
  { id: "vote-1", text: VOTE, file: "a.json" },
  { id: "0123456789abcdef0123456789abcdef", text: LISTEN, file: "a.json" },
];
export const LIST_ID = `sha256:${sha256(LIST)}`;
export const LISTEN_ID = `sha256:${sha256(LISTEN)}`;
export const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
