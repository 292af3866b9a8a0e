/** What is measured: one operation each, asked with many variables in turn. */
export interface Case {
  name: string;
  query: string;
  /** Variables for the n-th request; `known` tells what is in the database. */
  variables: (n: number, known: Known) => Record<string, unknown>;
  /** The document that the n-th request asks for, in place of the query that it is written from. */
  path?: (n: number, known: Known) => string;
  /** Asked by GET and its hash, as front ends ask that let caches keep answers. */
  isPersisted?: boolean;
  /** Whose n-th request it is; anonymous when there is none. */
  token?: (n: number, known: Known) => string;
  /** Never asked twice with the same variables. */
  isMutation?: boolean;
  /** Whether a contender may miss some of what is found, as the index in memory does: answers have nine in ten in common. */
  isApproximate?: boolean;
  /** Whether the floor answers it, too. */
  hasFloor?: boolean;
  /** How many ask at once; 16 when it does not say. */
  connections?: number;
}

/** What the made data holds that a query can ask for. */
export interface Known {
  days: string[];
  paperIds: number[];
  authorIds: number[];
  words: string[];
  /** Access tokens of users, and papers that they have not voted on. */
  tokens: string[];
  votePaperIds: number[];
  /** Papers that nobody but a crowd votes on. */
  hotPaperIds: number[];
}

const id = (type: string, key: number) => Buffer.from(`${type}:${key}`).toString("base64url");

const feed: Case = {
  name: "feed",
  hasFloor: true,
  query: `query Feed($on: Date) { feed(on: $on) { papers(first: 50) { edges { rank upvotesInPeriod node {
      id title abstract publishedOn upvoteCount authorCount authors(first: 10) { nodes { id name } } } } } } }`,
  variables: (n, { days }) => ({ on: days[n % days.length]! }),
};

/** Readers who vote for one paper after the other. */
const FEW = 100;

const upvote: Case = {
  name: "upvote",
  query: `mutation Upvote($paperId: ID!) { upvotePaper(input: { paperId: $paperId }) { paper { id upvoteCount } } }`,
  variables: (n, { votePaperIds }) => ({
    paperId: id("Paper", votePaperIds[Math.floor(n / FEW) % votePaperIds.length]!),
  }),
  token: (n, { tokens }) => tokens[n % FEW]!,
  isMutation: true,
};

export const cases: Case[] = [
  feed,
  {
    name: "detail",
    hasFloor: true,
    query: `query Detail($id: ID) { paper(id: $id) { id title abstract publishedOn upvoteCount authorCount
      authors(first: 20) { edges { position name node { id } } }
      upvoters(first: 20) { edges { upvotedAt node { id username } } } } }`,
    variables: (n, { paperIds }) => ({ id: id("Paper", paperIds[n % paperIds.length]!) }),
  },
  {
    name: "author",
    hasFloor: true,
    query: `query Author($id: ID!) { author(id: $id) { id name papers(first: 20) { nodes {
      id title publishedOn upvoteCount authors(first: 10) { nodes { id name } } } } } }`,
    variables: (n, { authorIds }) => ({ id: id("Author", authorIds[n % authorIds.length]!) }),
  },
  {
    name: "search",
    query: `query Search($query: String!) { searchPapers(query: $query, first: 20) { edges { score node { id title upvoteCount } } } }`,
    variables: (n, { words }) => ({ query: words[n % words.length]! }),
  },
  { ...feed, name: "cached", isPersisted: true },
  upvote,
  {
    ...upvote,
    name: "hot votes",
    variables: (n, { tokens, hotPaperIds }) => ({
      paperId: id("Paper", hotPaperIds[Math.floor(n / tokens.length) % hotPaperIds.length]!),
    }),
    token: (n, { tokens }) => tokens[n % tokens.length]!,
    connections: 200,
  },
];

/** What compares papers, which only the scan and the API can answer. */
export const meaningCases: Case[] = [
  {
    name: "similar",
    isApproximate: true,
    query: "query Similar($to: ID!) { similarPapers(to: [$to], first: 20) { nodes { id title } } }",
    variables: (n, { paperIds }) => ({ to: id("Paper", paperIds[n % paperIds.length]!) }),
  },
  {
    name: "hybrid",
    isApproximate: true,
    query:
      "query Hybrid($query: String!) { searchPapers(query: $query, mode: HYBRID, first: 20) { edges { foundBy node { id title } } } }",
    variables: (n, { words }) => ({ query: words[n % words.length]! }),
  },
];
