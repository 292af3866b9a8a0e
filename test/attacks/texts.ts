import type { Attack, GraphQLBody } from "./attack";

/** What a text that cannot be meant leads to, by the argument that it stands for. */
type Outcome = "refused" | "nothing found" | "user error";

/** Every argument that takes a text or an id, how it is sent, and what it does with a text that is none. */
export const textArguments: Record<
  string,
  { query: string; argument: string; outcome: Outcome; at?: (text: string) => unknown }
> = {
  "Query.author(id)": {
    query: "query ($x: ID!) { found: author(id: $x) { name } }",
    argument: "id",
    outcome: "refused",
  },
  "Query.organization(id)": {
    query: "query ($x: ID!) { found: organization(id: $x) { name } }",
    argument: "id",
    outcome: "refused",
  },
  "Query.organizations(name)": {
    query: "query ($x: String) { organizations(name: $x) { totalCount } }",
    argument: "name",
    outcome: "refused",
  },
  "Query.topics(name)": {
    query: "query ($x: String) { topics(name: $x) { totalCount } }",
    argument: "name",
    outcome: "refused",
  },
  "Query.user(username)": {
    query: "query ($x: String!) { found: user(username: $x) { id } }",
    argument: "username",
    outcome: "refused",
  },
  "Query.node(id)": {
    query: "query ($x: ID!) { found: node(id: $x) { id } }",
    argument: "id",
    outcome: "nothing found",
  },
  "Query.nodes(ids)": {
    query: "query ($x: [ID!]!) { found: nodes(ids: $x) { id } }",
    argument: "ids",
    outcome: "nothing found",
  },
  "Query.paper(id)": { query: "query ($x: ID) { found: paper(id: $x) { title } }", argument: "id", outcome: "refused" },
  "Query.paper(arxivId)": {
    query: "query ($x: String) { found: paper(arxivId: $x) { title } }",
    argument: "arxivId",
    outcome: "refused",
  },
  ...Object.fromEntries(
    ["id", "arxivId", "doi", "url"].map((field) => [
      `PaperBy.${field}`,
      {
        query: "query ($x: PaperBy!) { found: paper(by: $x) { title } }",
        argument: `by.${field}`,
        outcome: "refused" as const,
        at: (text: string) => ({ [field]: text }),
      },
    ]),
  ),
  "Query.papersByArxivId(arxivIds)": {
    query: "query ($x: [String!]!) { found: papersByArxivId(arxivIds: $x) { title } }",
    argument: "arxivIds",
    outcome: "nothing found",
  },
  "Query.authors(name)": {
    query: "query ($x: String!) { authors(name: $x) { totalCount } }",
    argument: "name",
    outcome: "refused",
  },
  "Query.searchPapers(query)": {
    query: "query ($x: String!) { searchPapers(query: $x) { totalCount } }",
    argument: "query",
    outcome: "refused",
  },
  "Query.similarPapers(to)": {
    query: "query ($x: [ID!]!) { similarPapers(to: $x) { totalCount } }",
    argument: "to.0",
    outcome: "refused",
  },
  "PaperFilter.keywords": inFilter("keywords"),
  "PaperFilter.excludeKeywords": inFilter("excludeKeywords"),
  "PaperFilter.categories": inFilter("categories"),
  "PaperFilter.excludeCategories": inFilter("excludeCategories"),
  "PaperFilter.authorIds": inFilter("authorIds", "filter.authorIds.0"),
  "PaperFilter.organizationIds": inFilter("organizationIds", "filter.organizationIds.0"),
  "PaperFilter.near": inFilter("near", "filter.near.0"),
  ...Object.fromEntries(
    [
      ["Query.authors", 'authors(name: "ada", AT: $x) { nodes { id } }'],
      ["Query.feeds", "feeds(AT: $x) { nodes { id } }"],
      ["Query.organizations", "organizations(AT: $x) { nodes { id } }"],
      ["Query.topics", "topics(AT: $x) { nodes { id } }"],
      ["Topic.papers", "topics { nodes { papers(AT: $x) { nodes { id } } } }"],
      ["Query.papers", "papers(AT: $x) { nodes { id } }"],
      ["Query.searchPapers", 'searchPapers(query: "paper", AT: $x) { nodes { id } }'],
      ["Query.similarPapers", 'similarPapers(to: "UGFwZXI6MQ", AT: $x) { nodes { id } }'],
      ["Query.paperChanges", "paperChanges(AT: $x) { nodes { id } }"],
      ["Query.trendingPapers", "trendingPapers(AT: $x) { nodes { id } }"],
      ["Feed.papers", "feed { papers(AT: $x) { nodes { id } } }"],
      [
        "Author.papers",
        "papers(first: 2) { nodes { authors(first: 1) { nodes { papers(AT: $x) { nodes { id } } } } } }",
      ],
      ["Organization.papers", "papers { nodes { organization { papers(AT: $x) { nodes { id } } } } }"],
      ["Paper.authors", "papers { nodes { authors(AT: $x) { nodes { id } } } }"],
      ["Paper.upvoters", "papers { nodes { upvoters(AT: $x) { nodes { id } } } }"],
      ["User.upvotedPapers", "viewer { upvotedPapers(AT: $x) { nodes { id } } }"],
      ["User.accessTokens", "viewer { accessTokens(AT: $x) { nodes { id } } }"],
      ["Webhook.deliveries", "viewer { webhooks { deliveries(AT: $x) { nodes { id } } } }"],
    ].flatMap(([field, selection]) =>
      (/^(Query|Feed).papers$/.test(field!) ? ["after", "before"] : ["after"]).map((argument) => [
        `${field}(${argument})`,
        {
          query: `query ($x: String) { ${selection!.replace("AT", argument)} }`,
          argument,
          outcome: "refused" as const,
        },
      ]),
    ),
  ),
  "UpvotePaperInput.paperId": mutation("upvotePaper(input: { paperId: $x }) { changed", "ID!"),
  "RemovePaperUpvoteInput.paperId": mutation("removePaperUpvote(input: { paperId: $x }) { changed", "ID!"),
  "UpdateWebhookInput.id": mutation("updateWebhook(input: { id: $x }) { webhook { id }", "ID!"),
  "DeleteWebhookInput.id": mutation("deleteWebhook(input: { id: $x }) { deleted", "ID!"),
  "RotateWebhookSecretInput.id": mutation("rotateWebhookSecret(input: { id: $x }) { secret", "ID!"),
  "SendTestEventInput.id": mutation("sendTestEvent(input: { id: $x }) { delivery { id }", "ID!"),
  "RedeliverWebhookInput.id": mutation("redeliverWebhook(input: { id: $x }) { delivery { id }", "ID!"),
  "RevokeAccessTokenInput.id": mutation("revokeAccessToken(input: { id: $x }) { revoked", "ID!"),
  "CreateAccessTokenInput.name": mutation("createAccessToken(input: { name: $x, scopes: [] }) { secret", "String!"),
  "Query.digestSubscription(token)": {
    query: "query ($x: String!) { found: digestSubscription(token: $x) { id } }",
    argument: "token",
    outcome: "nothing found",
  },
  "DigestTokenInput.token": mutation("unsubscribeFromDigest(input: { token: $x }) { unsubscribed", "String!"),
  "UpdateDigestSubscriptionInput.token": mutation(
    "updateDigestSubscription(input: { token: $x }) { subscription { id }",
    "String!",
  ),
  "SubscribeToDigestInput.consentVersion": mutation(
    'subscribeToDigest(input: { email: "a@example.org", consentVersion: $x }) { confirmationSent',
    "String!",
  ),
  "PaperUpsert.arxivId": upserted((x) => ({ arxivId: x })),
  "PaperUpsert.title": upserted((x) => ({ title: x })),
  "PaperUpsert.abstract": upserted((x) => ({ abstract: x.length < 1000 ? x : "a".repeat(100_001) })),
  "PaperUpsert.authors": upserted((x) => ({ authors: [x] })),
  "PaperUpsert.keywords": upserted((x) => ({ keywords: [x] })),
  "PaperUpsert.categories": upserted((x) => ({ categories: [x] })),
  "PaperUpsert.doi": upserted((x) => ({ doi: x })),
  "PaperUpsert.journalReference": upserted((x) => ({ journalReference: x })),
  "PaperUpsert.arxivComment": upserted((x) => ({ arxivComment: x.length < 1000 ? x : "a".repeat(5001) })),
};

function inFilter(field: string, argument = `filter.${field}`) {
  return {
    query: "query ($x: PaperFilter) { papers(filter: $x) { totalCount } }",
    argument,
    outcome: "refused" as const,
    at: (text: string) => ({ [field]: [text] }),
  };
}

function mutation(selection: string, type: string) {
  return {
    query: `mutation ($x: ${type}) { made: ${selection} userErrors { code path } } }`,
    argument: "input",
    outcome: "user error" as const,
  };
}

function upserted(paper: (text: string) => object) {
  return {
    query:
      "mutation ($x: [PaperUpsert!]!) { made: upsertPapers(input: { papers: $x }) { created userErrors { code path } } }",
    argument: "input.papers",
    outcome: "user error" as const,
    at: (text: string) => [{ title: "A paper", ...paper(text) }],
  };
}

const TEXTS = {
  NUL: "a\u0000b",
  "half of a surrogate pair": "a\ud800b",
  "the other half": "\udc00",
  "60 KB": "x".repeat(60_000),
  "60 KB of emoji": "😀".repeat(15_000),
};

export const textAttacks: Attack[] = Object.entries(textArguments).flatMap(([name, { query, argument, outcome, at }]) =>
  Object.entries(TEXTS).map(([kind, text]): Attack => {
    const send: GraphQLBody = { query, variables: { x: at ? at(text) : text } };
    const common = { name: `${kind} in ${name}`, send, signedIn: true, status: 200 };
    if (outcome === "refused") return { ...common, code: "BAD_USER_INPUT", argument };
    if (outcome === "user error")
      return { ...common, code: null, data: { made: { userErrors: [{ code: expect.any(String) }] } } };
    return { ...common, code: null, nothingFound: true };
  }),
);
